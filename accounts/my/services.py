"""What people change about themselves."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import Signal

from accounts.models import User
from core import audit, cache

#: What of a change the audit log keeps.
_KEPT = ("interface_language", "credit_by_name", "public_page", "show_organisation", "show_country", "show_languages")

#: Sent inside the transaction with ``person`` as they are now and ``former`` as they were.
profile_changed = Signal()


@transaction.atomic
def update_profile(*, user: User, values: dict[str, Any]) -> User:
    """Write ``values`` of the person's own profile; pages that show it are rendered anew.

    Raises PermissionDenied when the account has been erased meanwhile.
    """
    # Locked: an erasure that runs at the same moment must not get its name back.
    former = User.objects.select_for_update().get(pk=user.pk)
    if former.erased_at is not None:
        raise PermissionDenied
    before = audit.snapshot(former, _KEPT)
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
    audit.record(user=user, action="accounts.profile", instance=user, before=before, after=audit.snapshot(user, _KEPT))
    cache.purge(f"person-{user.pk}")
    profile_changed.send(sender=User, person=user, former=former)
    return user
