"""What the watchers of the portal are told."""

import datetime as dt
import json

import pytest
from django.test import RequestFactory
from django.utils import timezone

from core import health
from core.mail.models import OutboxMail


def test_alive_asks_nothing_of_the_database(rf: RequestFactory) -> None:
    response = health.healthz(rf.get("/healthz"))
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_names_each_thing_that_answers(rf: RequestFactory) -> None:
    response = health.readyz(rf.get("/readyz"))
    assert response.status_code == 200
    assert json.loads(response.content) == {"database": True, "cache": True, "mail": True}


def test_not_ready_says_what_is_missing_and_nothing_else(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ConnectionError("secret address")

    monkeypatch.setattr(health, "PROBES", {"database": broken, "cache": lambda: None})
    monkeypatch.setattr(health, "WARNINGS", {})
    response = health.readyz(rf.get("/readyz"))
    assert response.status_code == 503
    assert json.loads(response.content) == {"database": False, "cache": True}
    assert b"secret" not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "fine"), [(14, True), (16, False)])
def test_e_mail_that_waits_too_long_is_told_of_and_no_reason_to_serve_nobody(
    rf: RequestFactory, minutes: int, *, fine: bool
) -> None:
    OutboxMail.objects.create(key="late", kind="trial", to="ada@example.org", text="Hello")
    OutboxMail.objects.update(created_at=timezone.now() - dt.timedelta(minutes=minutes))
    response = health.readyz(rf.get("/readyz"))
    assert response.status_code == 200
    assert json.loads(response.content)["mail"] is fine
