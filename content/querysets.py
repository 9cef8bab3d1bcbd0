"""The words in which items of any kind are asked for."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone

from accounts.permissions import Action, Scope, scopes

if TYPE_CHECKING:
    from accounts.permissions import Someone

    Base = models.QuerySet[Any, Any]
else:
    Base = models.QuerySet


class ContentItemQuerySet(Base):
    """Items of one kind."""

    def published(self) -> Self:
        """Items the public may see; archived ones are among them, with a mark."""
        return self.filter(live=True)

    def not_published(self) -> Self:
        """Items the public may not see: drafts, scheduled, withdrawn."""
        return self.filter(live=False)

    def current(self) -> Self:
        """Published items that are not archived."""
        return self.filter(live=True, archived_at=None)

    def archived(self) -> Self:
        """Items kept for the record."""
        return self.exclude(archived_at=None)

    def for_country(self, code: str) -> Self:
        """Items about the country with that code."""
        return self.filter(countries__code=code).distinct()

    def for_theme(self, code: str) -> Self:
        """Items with a topic of that theme."""
        return self.filter(topics__theme__code=code).distinct()

    def review_overdue(self, today: dt.date | None = None) -> Self:
        """Published items whose review date has passed."""
        return self.current().filter(review_on__lt=today or timezone.localdate())

    def reachable_by(self, user: "Someone", action: Action) -> Self:
        """Items to which ``user`` may do ``action`` by the permission table."""
        reach = scopes(user, action)
        if Scope.ALL in reach:
            return self.all()
        allowed = models.Q(pk__in=[])
        if Scope.OWN in reach:
            allowed |= models.Q(contributor_id=user.pk)
        if Scope.OWN_COUNTRIES in reach and user.is_authenticated:
            through = self.model._meta.get_field("countries").remote_field.through
            name = self.model._meta.model_name
            rows = through._default_manager.filter(country__code__in=user.country_codes).values(f"{name}_id")
            allowed |= models.Q(pk__in=rows)
        return self.filter(allowed)

    def visible_to(self, user: "Someone") -> Self:
        """Items ``user`` may read: the published ones, and the drafts the permission table gives them."""
        return self.published() | self.reachable_by(user, Action.VIEW_DRAFT)
