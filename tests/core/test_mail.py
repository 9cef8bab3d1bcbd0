"""The outbox against a real mail server: once each, retried, put aside, forgotten."""

import datetime as dt
import smtplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
import time_machine
from django.conf import settings as live_settings
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from django.utils import timezone

from accounts.permissions import Role
from core.mail import enqueue, services
from core.mail.models import MailState, OutboxMail
from core.mail.services import MOST_ATTEMPTS, deliver, deliver_all, due_keys, erase_for, forget_old, send_again
from core.mail.transport import Passage
from core.models import AuditEntry
from core.tasks import sweep_mail
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


def test_control_characters_reach_neither_the_database_nor_the_reader(sink: Sink) -> None:
    mail = queued(context={"name": "A\x00d\x1ba\x07"})
    mail.refresh_from_db()
    assert (mail.subject, mail.text[:10]) == ("Merci, Ada", "Hello Ada.")
    assert "\x00" not in mail.html


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
    with pytest.raises(PermissionDenied):
        send_again(mail=mail, user=person(Role.EDITOR))
    administrator = person(Role.ADMINISTRATOR)
    assert send_again(mail=mail, user=administrator)
    assert deliver(mail.pk)
    assert AuditEntry.objects.filter(action="mail.send-again").count() == 1
    assert not send_again(mail=mail, user=administrator)
    assert due_keys() == []


def test_a_server_that_keeps_putting_off_parks_it_in_the_end(sink: Sink) -> None:
    mail = queued()
    sink.refuse_recipient = "450 greylisted"
    moment = timezone.now()
    for attempt in range(MOST_ATTEMPTS):
        with time_machine.travel(moment + dt.timedelta(hours=3 * (attempt + 1))):
            assert due_keys() == [mail.pk]
            assert not deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == MailState.PARKED
    assert mail.error == "450 greylisted"


def test_a_server_that_is_away_is_asked_once_a_round_for_days() -> None:
    with running_sink() as gone:
        address = gone.url
    first, second = queued("first"), queued("second")
    moment = timezone.now()
    with override_settings(**env.email_from_url(address)):
        assert deliver_all([first.pk, second.pk]) == 0
        first.refresh_from_db()
        second.refresh_from_db()
        # The first has found out for both.
        assert "refused" in first.error
        assert (first.state, first.attempts) == (MailState.QUEUED, 0)
        assert first.not_before > moment + dt.timedelta(seconds=50)
        assert second.error == ""
        for day in range(1, 4):
            with time_machine.travel(moment + dt.timedelta(days=day, minutes=-5)):
                deliver(first.pk)
            first.refresh_from_db()
            assert first.state == MailState.QUEUED
            assert first.not_before < moment + dt.timedelta(days=day, minutes=15)
        with time_machine.travel(moment + dt.timedelta(days=3, hours=1)):
            assert not deliver(first.pk)
    first.refresh_from_db()
    assert first.state == MailState.PARKED


def test_what_waited_for_the_server_goes_out_when_it_is_back() -> None:
    with running_sink() as gone:
        port = gone.port
    mails = [queued(f"mail {number}") for number in range(3)]
    with override_settings(**env.email_from_url(f"smtp://127.0.0.1:{port}")):
        assert sweep_mail() == 0
        with running_sink(port) as back, time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
            assert sweep_mail() == 3
            assert {message["Message-ID"] for message in back.messages} == {mail.message_id for mail in mails}


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("drop", ["kept", "lost"])
def test_a_connection_that_breaks_while_the_text_goes_out_leaves_a_doubt(
    sink: Sink, drop: Literal["kept", "lost"], *, again: bool
) -> None:
    mail = queued(resend_in_doubt=again)
    sink.drop = drop
    assert not deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == (MailState.QUEUED if again else MailState.IN_DOUBT)
    sink.drop = ""
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert sweep_mail() == int(again)
    assert len(sink.messages) == (drop == "kept") + again


def test_a_server_that_breaks_off_after_its_answer_leaves_no_doubt(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_connection: smtplib.SMTP) -> None:
        raise TimeoutError

    monkeypatch.setattr(smtplib.SMTP, "quit", broken)
    mail = queued()
    assert deliver(mail.pk)
    assert len(sink.messages) == 1


def test_a_worker_that_was_held_up_too_long_sends_nothing(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another has taken the row over in between, as after a machine was suspended."""
    mail = queued()
    begin = Passage.begin_text

    def late(passage: Passage) -> None:
        monkeypatch.setattr(Passage, "begin_text", begin)
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=6)):
            assert deliver(mail.pk)
        begin(passage)

    monkeypatch.setattr(Passage, "begin_text", late)
    assert not deliver(mail.pk)
    assert len(sink.messages) == 1
    mail.refresh_from_db()
    assert mail.state == MailState.SENT


def test_an_erased_account_stops_an_e_mail_on_its_way(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = queued(recipient_id=7)
    begin = Passage.begin_text

    def late(passage: Passage) -> None:
        erase_for(7)
        begin(passage)

    monkeypatch.setattr(Passage, "begin_text", late)
    assert not deliver(mail.pk)
    assert sink.messages == []
    mail.refresh_from_db()
    assert (mail.state, mail.to) == (MailState.PARKED, "")


def test_an_error_names_nobody(sink: Sink) -> None:
    mail = queued()
    sink.refuse_recipient = "550 <Ada@example.org>: no such person"
    deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.error == "550 <…>: no such person"


def test_an_address_that_no_server_could_be_given_is_put_aside(sink: Sink) -> None:
    mail = queued(to="ada@example.org\nBcc: all@example.org")
    assert not deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.state == MailState.PARKED
    assert sink.messages == []


def test_a_newsletter_is_left_at_one_click(sink: Sink) -> None:
    deliver(queued(unsubscribe_url="https://portal.example/en/unsubscribe/1/").pk)
    (message,) = sink.messages
    assert message["List-Unsubscribe"] == "<https://portal.example/en/unsubscribe/1/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_round_ends_before_the_worker_is_killed_for_it(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ROUND_SECONDS", 0)
    keys = [queued(f"mail {number}").pk for number in range(3)]
    assert deliver_all(keys) == 1


@pytest.mark.parametrize("again", [False, True])
def test_a_worker_that_died_while_sending_leaves_a_doubt(*, again: bool) -> None:
    mail = queued(resend_in_doubt=again)
    claimed = services._claimed(mail.pk)
    assert claimed is not None
    services._mark_sending(claimed)
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
