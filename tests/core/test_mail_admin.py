"""The e-mails on screen: found by filters, read, sent again; codes are shown to nobody."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

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
    letter("plain", text="<b>Nothing secret</b> https://evil.example/")
    shown = page(administrator)
    assert "123456" not in shown
    assert "&lt;b&gt;Nothing secret" in shown
    assert 'href="https://evil' not in shown


@pytest.mark.parametrize("state", [MailState.PARKED, MailState.IN_DOUBT])
def test_one_that_was_put_aside_is_sent_again(administrator: Client, state: MailState) -> None:
    row = letter("ada", state=state, attempts=8, message_id="<1@example.org>")
    assert f"/outbox/{row.pk}/send-again/" in page(administrator)
    back = reverse("outbox:index") + "?state=parked"
    asked = administrator.get(reverse("outbox:send_again", args=[row.pk]), {"next": back}).content.decode()
    assert "ada@example.org" in asked
    assert ("may arrive twice" in asked) == (state == MailState.IN_DOUBT)
    row.refresh_from_db()
    assert row.state == state
    response = administrator.post(reverse("outbox:send_again", args=[row.pk]), {"next": back})
    assert response.headers["Location"] == back
    row.refresh_from_db()
    assert (row.state, row.attempts) == (MailState.QUEUED, 0)
    entry = AuditEntry.objects.get(action="mail.send-again")
    assert "ada" not in str([entry.label, entry.before, entry.after])


def test_everything_put_aside_is_sent_again_at_once_and_what_is_in_doubt_is_not(administrator: Client) -> None:
    rows = [letter(str(number), state=MailState.PARKED, attempts=8) for number in range(3)]
    doubt, gone = letter("doubt", state=MailState.IN_DOUBT), letter("gone", state=MailState.PARKED, text="")
    address = reverse("outbox:send_all_again")
    assert "3 e-mails were put aside." in administrator.get(address).content.decode()
    assert OutboxMail.objects.filter(state=MailState.PARKED).count() == 4
    assert "3 e-mails wait." in administrator.post(address, follow=True).content.decode()
    assert set(OutboxMail.objects.filter(state=MailState.QUEUED, attempts=0)) == set(rows)
    for row in (doubt, gone):
        state = row.state
        row.refresh_from_db()
        assert row.state == state
    assert AuditEntry.objects.get(action="mail.send-again").after["e-mails"] == [row.pk for row in rows]
    assert "Nothing is parked any more." in administrator.get(address).content.decode()


def test_what_needs_a_look_stands_on_top_then_the_newest(administrator: Client) -> None:
    letter("parked", state=MailState.PARKED)
    letter("gone", state=MailState.PARKED, text="")
    letter("newest", state=MailState.SENT)
    shown = page(administrator, "index_results")
    places = [shown.index(f"About {name}") for name in ("parked", "newest", "gone")]
    assert places == sorted(places)


def test_e_mails_are_found_by_when_they_were_written(administrator: Client) -> None:
    old = letter("old")
    letter("new")
    now = timezone.now()
    OutboxMail.objects.filter(pk=old.pk).update(created_at=now - dt.timedelta(days=9))
    shown = page(administrator, "index_results", created_at_from=f"{now - dt.timedelta(days=2):%Y-%m-%d}")
    assert "About new" in shown
    assert "About old" not in shown


def test_the_first_page_of_the_office_tells_administrators_of_what_needs_a_look(client: Client) -> None:
    home, editor, administrator = reverse("wagtailadmin_home"), person(Role.EDITOR), person(Role.ADMINISTRATOR)
    queued = letter("queued")
    client.force_login(administrator)
    assert "desk-outbox" not in client.get(home).content.decode()
    OutboxMail.objects.filter(pk=queued.pk).update(created_at=timezone.now() - dt.timedelta(minutes=16))
    assert "1 e-mail waits." in client.get(home).content.decode()
    letter("parked", state=MailState.PARKED)
    assert "1 e-mail was put aside." in client.get(home).content.decode()
    client.force_login(editor)
    assert "desk-outbox" not in client.get(home).content.decode()


def test_one_that_was_sent_or_forgotten_is_not_sent_again(administrator: Client) -> None:
    rows = [letter("sent", state=MailState.SENT), letter("gone", state=MailState.PARKED, text="", subject="")]
    shown = page(administrator)
    assert "/send-again/" not in shown
    asked = administrator.get(reverse("outbox:send_again", args=[rows[0].pk])).content.decode()
    assert "no longer put aside" in asked
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
    assert shown.count("/send-again/?next=") == 50
    assert "p=2" in shown
