"""The outbox against a real mail server: once each, retried, put aside, forgotten."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as live_settings
from django.test import override_settings
from django.utils import timezone

from core.mail import enqueue, services
from core.mail.models import MailState, OutboxMail
from core.mail.services import MOST_ATTEMPTS, deliver, due_keys, erase_for, forget_old, send_again
from core.models import AuditEntry
from portal.settings import env
from tests.factories import person
from tests.smtp_sink import Sink, running_sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def templates(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "trial.subject.txt").write_text("{% autoescape off %}Merci, {{ name }}{% endautoescape %}\n")
    (tmp_path / "trial.txt").write_text(
        '{% extends "core/mail/base.txt" %}{% block content %}Hello {{ name }}.{% endblock %}'
    )
    (tmp_path / "trial.html").write_text(
        '{% extends "core/mail/base.html" %}{% block content %}<p>Hello {{ name }}.</p>{% endblock %}'
    )
    configured = [{**live_settings.TEMPLATES[0], "DIRS": [*live_settings.TEMPLATES[0]["DIRS"], tmp_path]}]
    with override_settings(TEMPLATES=configured):
        yield


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running_sink() as server, override_settings(**env.email_from_url(server.url)):
        yield server


def queued(key: str = "trial", **values: Any) -> OutboxMail:
    given = {
        "kind": "trial",
        "to": "ada@example.org",
        "language": "fr",
        "template": "trial",
        "context": {"name": "Zoë"},
    }
    return enqueue(key=key, **{**given, **values})


def test_it_arrives_once_with_text_first_and_in_its_language(sink: Sink) -> None:
    mail = queued()
    assert deliver(mail.pk)
    assert not deliver(mail.pk)
    (message,) = sink.messages
    assert message["Subject"] == "Merci, Zoë"
    assert message["Content-Language"] == "fr"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == mail.message_id
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert '<html lang="fr">' in html
    assert "<p style=" in html
    mail.refresh_from_db()
    assert mail.state == MailState.SENT


def test_the_same_event_is_one_mail() -> None:
    assert queued() == queued(context={"name": "Other"})
    assert OutboxMail.objects.count() == 1


def test_nothing_typed_begins_a_header_or_a_tag(sink: Sink) -> None:
    deliver(queued(context={"name": "x\r\nBcc: all@example.org\r\n\r\n<script>1</script>"}).pk)
    (message,) = sink.messages
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    assert "<script>" not in message.get_body(("html",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["Ελληνικά και Ωμέγα", "Zażółć gęślą jaźń", "Ċensu Għawdex"])
def test_every_script_arrives(sink: Sink, name: str) -> None:
    deliver(queued(context={"name": name}).pk)
    assert sink.messages[0]["Subject"] == f"Merci, {name}"


def test_a_busy_server_is_asked_again_later(sink: Sink) -> None:
    mail = queued()
    sink.refuse_text = "451 come back later"
    assert not deliver(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    assert "451" in mail.error
    assert due_keys() == []
    sink.refuse_text = ""
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert due_keys() == [mail.pk]
        assert deliver(mail.pk)
    assert len(sink.messages) == 1


@pytest.mark.parametrize("where", ["refuse_recipient", "refuse_text"])
def test_a_final_refusal_is_put_aside_and_can_be_sent_again(sink: Sink, where: str) -> None:
    mail = queued()
    setattr(sink, where, "550 no such person")
    assert not deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == MailState.PARKED
    setattr(sink, where, "")
    send_again(mail=mail, user=person())
    assert deliver(mail.pk)
    assert AuditEntry.objects.filter(action="mail.send-again").count() == 1
    send_again(mail=mail, user=person())
    assert due_keys() == []


def test_a_server_that_is_away_parks_it_in_the_end() -> None:
    with running_sink() as gone:
        url = gone.url
    mail = queued()
    moment = timezone.now()
    with override_settings(**env.email_from_url(url)):
        for attempt in range(MOST_ATTEMPTS):
            with time_machine.travel(moment + dt.timedelta(hours=5 * (attempt + 1))):
                assert due_keys() == [mail.pk]
                assert not deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == MailState.PARKED
    assert "ConnectionRefused" in mail.error


@pytest.mark.parametrize("again", [False, True])
def test_a_worker_that_died_while_sending_leaves_a_doubt(*, again: bool) -> None:
    mail = queued(resend_in_doubt=again)
    services._mark_sending(mail.pk)
    assert due_keys() == []
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6)):
        assert due_keys() == ([mail.pk] if again else [])
    mail.refresh_from_db()
    assert mail.state == (MailState.QUEUED if again else MailState.IN_DOUBT)


def test_a_worker_that_died_before_the_text_went_out_leaves_none(sink: Sink) -> None:
    mail = queued()
    OutboxMail.objects.update(lease_until=timezone.now() + dt.timedelta(minutes=5), attempts=1)
    assert not deliver(mail.pk)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6)):
        assert deliver(mail.pk)


def test_texts_are_forgotten_after_a_month_and_with_the_account() -> None:
    old, theirs = queued("old"), queued("theirs", recipient_id=7)
    OutboxMail.objects.filter(pk=old.pk).update(state=MailState.SENT, created_at=timezone.now() - dt.timedelta(days=31))
    assert forget_old() == 1
    assert erase_for(7) == 1
    for mail in (old, theirs):
        mail.refresh_from_db()
        assert (mail.to, mail.subject, mail.text, mail.html) == ("", "", "", "")
    assert due_keys() == []
