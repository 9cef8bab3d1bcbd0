"""Writes about people."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User
from accounts.permissions import Role
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
    if before is not None and before["email"] != person.email:
        # Neither signing in nor a new password by the former address; the new one is confirmed at the next sign-in.
        EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
    action = "people.add" if before is None else "people.change"
    audit.record(user=user, action=action, instance=person, before=before, after=describe(person))


@transaction.atomic
def take_in(*, person: User, answers: dict[str, Any]) -> None:
    """Make somebody who has just signed up a contributor, with what they answered about themselves."""
    for name, value in answers.items():
        setattr(person, name, value)
    person.save()
    person.groups.add(Group.objects.get(name=Role.CONTRIBUTOR.value))
    audit.record(user=person, action="accounts.sign-up", instance=person, after=describe(person))


@transaction.atomic
def reset_second_factors(*, person: User) -> int:
    """Take all second factors and recovery codes off ``person`` and end the sessions; returns how many there were.

    Only a command calls it: who may is who may log in to the server.
    """
    factors = Authenticator.objects.filter(user=person)
    names = sorted(factors.values_list("type", flat=True))
    factors.delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    audit.record(user=None, action="accounts.factors-reset", instance=person, before={"factors": names})
    return len(names)
