"""The e-mails on screen: found by filters, read, sent again; codes are shown to nobody."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from core.mail.models import MailState, OutboxMail
from core.models import AuditEntry
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(person(Role.ADMINISTRATOR))
    return client


def letter(key: str, **values: Any) -> OutboxMail:
    given = {"kind": "welcome", "to": f"{key}@example.org", "subject": f"About {key}", "text": f"Dear {key}"}
    return OutboxMail.objects.create(key=key, **{**given, **values})


def page(client: Client, name: str = "index", **query: str) -> str:
    return client.get(reverse(f"outbox:{name}"), query).content.decode()


def test_e_mails_are_found_by_state_kind_and_person(administrator: Client) -> None:
    letter("ada", state=MailState.PARKED, error="550 <…>: no such person")
    letter("eva", state=MailState.SENT, kind="thanks")
    assert "550 &lt;…&gt;: no such person" in page(administrator)
    for query, found in (
        ({"state": "parked"}, {"ada"}),
        ({"state": "sent"}, {"eva"}),
        ({"kind": "thanks"}, {"eva"}),
        ({"to": "ADA@"}, {"ada"}),
        ({"state": "in-doubt"}, set()),
    ):
        shown = page(administrator, "index_results", **query)
        assert {name for name in ("ada", "eva") if f"About {name}" in shown} == found


def test_the_figures_say_what_needs_a_look(administrator: Client) -> None:
    for key, state in enumerate((MailState.QUEUED, MailState.SENDING, MailState.PARKED, MailState.IN_DOUBT)):
        letter(str(key), state=state)
    shown = page(administrator)
    for text in ("2 e-mails wait.", "1 e-mail was put aside.", "1 e-mail has perhaps been sent."):
        assert text in shown


def test_a_code_to_sign_in_is_shown_to_nobody(administrator: Client) -> None:
    letter("code", text="Your code is 123456", resend_in_doubt=True)
    letter("plain", text="<b>Nothing secret</b>")
    shown = page(administrator)
    assert "123456" not in shown
    assert "&lt;b&gt;Nothing secret" in shown


@pytest.mark.parametrize("state", [MailState.PARKED, MailState.IN_DOUBT])
def test_one_that_was_put_aside_is_sent_again(administrator: Client, state: MailState) -> None:
    row = letter("ada", state=state, attempts=8, message_id="<1@example.org>")
    assert f"/outbox/{row.pk}/send-again/" in page(administrator)
    back = reverse("outbox:index") + "?state=parked"
    response = administrator.post(reverse("outbox:send_again", args=[row.pk]), {"next": back})
    assert response.headers["Location"] == back
    row.refresh_from_db()
    assert (row.state, row.attempts) == (MailState.QUEUED, 0)
    entry = AuditEntry.objects.get(action="mail.send-again")
    assert "ada" not in str([entry.label, entry.before, entry.after])


def test_one_that_was_sent_or_forgotten_is_not_sent_again(administrator: Client) -> None:
    rows = [letter("sent", state=MailState.SENT), letter("gone", state=MailState.PARKED, text="", subject="")]
    shown = page(administrator)
    assert "send-again" not in shown
    assert "(forgotten)" in shown
    for row in rows:
        administrator.post(reverse("outbox:send_again", args=[row.pk]))
        assert not OutboxMail.objects.filter(pk=row.pk, state=MailState.QUEUED).exists()
    assert administrator.post(reverse("outbox:send_again", args=[9999])).status_code == 404


def test_many_e_mails_cost_as_many_queries_as_one(administrator: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    letter("first", state=MailState.PARKED)
    page(administrator)
    with CaptureQueriesContext(connection) as one:
        page(administrator)
    for number in range(60):
        letter(f"number-{number}", state=MailState.PARKED)
    with CaptureQueriesContext(connection) as many:
        shown = page(administrator)
    assert len(one) == len(many)
    assert shown.count("send-again") == 50
    assert "p=2" in shown
