"""The words in which items of any kind are asked for."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Cast
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

    def never_published(self) -> Self:
        """Drafts that were never public; nothing else may be deleted."""
        return self.filter(live=False, first_published_at=None)

    def titled(self, text: str) -> Self:
        """Items whose title, in the original or in English, holds ``text``."""
        return self.filter(models.Q(title__icontains=text) | models.Q(english_title__icontains=text))

    def with_state(self) -> Self:
        """Items that know whether they are scheduled or in review, so that their status needs no further query."""
        from wagtail.models import Revision, WorkflowState

        key = Cast(models.OuterRef("pk"), models.CharField())
        kind = ContentType.objects.get_for_model(self.model)
        scheduled = Revision.objects.filter(base_content_type=kind, object_id=key, approved_go_live_at__isnull=False)
        waiting = WorkflowState.objects.filter(
            base_content_type=kind, object_id=key, status=WorkflowState.STATUS_IN_PROGRESS
        )
        return self.annotate(is_scheduled=models.Exists(scheduled), is_in_review=models.Exists(waiting))

    def with_status(self, status: str) -> Self:
        """Items whose status, as a person reads it, is ``status`` (a value of ``content.models.Status``)."""
        future = models.Q(go_live_at__gt=timezone.now(), is_scheduled=True)
        once = models.Q(first_published_at__isnull=False)
        conditions = {
            "archived": models.Q(archived_at__isnull=False),
            "published": models.Q(archived_at=None, live=True, has_unpublished_changes=False),
            "correcting": models.Q(archived_at=None, live=True, has_unpublished_changes=True),
            "scheduled": models.Q(archived_at=None, live=False) & future,
            "in-review": models.Q(archived_at=None, live=False, is_in_review=True) & ~future,
            "withdrawn": models.Q(archived_at=None, live=False, is_in_review=False) & once & ~future,
            "draft": models.Q(archived_at=None, live=False, is_in_review=False) & ~once & ~future,
        }
        if status not in conditions:
            return self.none()
        return self.with_state().filter(conditions[status])

    def visible_to(self, user: "Someone") -> Self:
        """Items ``user`` may read: the published ones, and the drafts the permission table gives them."""
        return self.published() | self.reachable_by(user, Action.VIEW_DRAFT)
