"""Writes about people."""

from typing import Any

from django.db import transaction

from accounts.models import User
from core import audit


def describe(person: User) -> dict[str, Any]:
    """Return what the audit log keeps of a person: nothing secret, but roles and countries."""
    kept = ("email", "first_name", "last_name", "is_active", "interface_language")
    return audit.snapshot(person, kept) | {
        "roles": sorted(person.groups.values_list("name", flat=True)),
        "countries": sorted(person.countries.values_list("code", flat=True)),
    }


@transaction.atomic
def record_saved(*, person: User, user: User | None, before: dict[str, Any] | None) -> None:
    """Write into the audit log that ``user`` added (``before`` is None) or changed ``person``."""
    action = "people.add" if before is None else "people.change"
    audit.record(user=user, action=action, instance=person, before=before, after=describe(person))
