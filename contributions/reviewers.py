"""Who may check a contribution."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from accounts.permissions import Role

if TYPE_CHECKING:
    from django.db import models

    from accounts.models import User
    from content.models import ContentItem


def coordinators_for(item: "ContentItem", *, without: int | None) -> "models.QuerySet[User]":
    """Return the active coordinators of the item's countries, other than the person who contributed it."""
    people: models.QuerySet[User] = (
        get_user_model()
        ._default_manager.filter(
            is_active=True, groups__name=Role.COUNTRY_COORDINATOR.value, countries__code__in=list(item.country_codes())
        )
        .exclude(pk=without or 0)
        .distinct()
        .order_by("pk")
    )
    return people
