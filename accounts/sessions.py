"""Where people are signed in: Django's sessions, and what allauth notes of each (browser, address, since when)."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from accounts.models import User


def open_sessions(person: User) -> "models.QuerySet[UserSession]":
    """Return the sessions of ``person`` that still last, the newest first."""
    lasting = Session.objects.filter(session_key=models.OuterRef("session_key"), expire_date__gt=timezone.now())
    rows: models.QuerySet[UserSession] = UserSession.objects.filter(models.Exists(lasting), user=person)
    return rows.order_by("-created_at")


def forget_ended() -> int:
    """Delete the sessions that are over, with the address and browser noted of them; returns how many."""
    Session.objects.filter(expire_date__lte=timezone.now()).delete()
    gone = ~models.Exists(Session.objects.filter(session_key=models.OuterRef("session_key")))
    number: int = UserSession.objects.filter(gone).delete()[0]
    return number
