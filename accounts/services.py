"""Writes about people."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
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
def end_sessions(*, person: User, but: str = "", only: int | None = None) -> int:
    """Sign ``person`` out everywhere: except in the session with the key ``but``, or in the one row ``only``.

    Returns how many sessions ended. People end their own; a changed password or an erased account ends all.
    """
    rows = UserSession.objects.filter(user=person).exclude(session_key=but)
    if only is not None:
        rows = rows.filter(pk=only)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.filter(session_key__in=keys).delete()
    if keys:
        audit.record(user=person, action="accounts.sessions-ended", instance=person, after={"sessions": len(keys)})
    return len(keys)


@transaction.atomic
def reset_second_factors(*, person: User) -> int:
    """Take all second factors and recovery codes off ``person`` and end the sessions; returns how many there were.

    Only a command calls it: who may is who may log in to the server.
    """
    factors = Authenticator.objects.filter(user=person)
    names = sorted(factors.values_list("type", flat=True))
    factors.delete()
    end_sessions(person=person)
    audit.record(user=None, action="accounts.factors-reset", instance=person, before={"factors": names})
    return len(names)
