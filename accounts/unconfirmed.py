"""Accounts that nobody confirmed: somebody mistyped an address, or entered another person's; they are forgotten."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.privacy.registry import registrations
from core.models import AuditEntry

#: How long the owner of an address has to confirm it, by signing in and asking for another code.
KEPT: Final = dt.timedelta(days=7)


def unconfirmed() -> list[int]:
    """Return the keys of people who signed up more than a week ago and never got in."""
    never_in = User.objects.filter(last_login=None, erased_at=None, date_joined__lt=timezone.now() - KEPT)
    keys = [str(key) for key in never_in.exclude(emailaddress__verified=True).values_list("pk", flat=True)]
    # Whom an administrator has added may take their time.
    signed_up = AuditEntry.objects.filter(action="accounts.sign-up", model="accounts.user", object_key__in=keys)
    return [int(key) for key in signed_up.values_list("object_key", flat=True)]


@transaction.atomic
def forget(key: int) -> bool:
    """Delete the account with that key and what the audit log says of who it was; returns whether it was there.

    Somebody who confirms the address meanwhile keeps the account.
    """
    person = User.objects.select_for_update().filter(pk=key, last_login=None).first()
    if person is None or person.pk not in unconfirmed():
        return False
    for data in registrations():
        data.erase(person, keep_credit=False)
    person.delete()
    return True
