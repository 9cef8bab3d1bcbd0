"""What people change about themselves."""

from typing import Any

from django.db import transaction

from accounts.models import User
from core import audit, cache

#: What of a change the audit log keeps.
_KEPT = ("interface_language", "credit_by_name", "public_page", "show_organisation", "show_country", "show_languages")


@transaction.atomic
def update_profile(*, user: User, values: dict[str, Any]) -> User:
    """Write ``values`` of the person's own profile; pages that show it are rendered anew."""
    before = audit.snapshot(User.objects.get(pk=user.pk), _KEPT)
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
    audit.record(user=user, action="accounts.profile", instance=user, before=before, after=audit.snapshot(user, _KEPT))
    cache.purge(f"person-{user.pk}")
    return user
