"""Another look at a refusal: one for each, answered by another editor, with reasons, and everybody is told."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.permissions import Role
from contributions.errors import ConflictError, RefusedError
from contributions.models import Contribution, Event, State
from contributions.progress import line
from contributions.services import appeals, reviewing, submitting
from contributions.services.deadlines import remind_of_appeals
from contributions.tasks import watch_deadlines
from contributions.workflow import ensure_workflow
from core.dates import add_working_days
from core.mail.models import OutboxMail
from core.models import AuditEntry
from tests.contributions.builders import contributor, open_review, revision_of, submitted
from tests.contributions.desk_pages import REVIEW, fresh, notices, shown, signed_in
from tests.factories import person

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()


@pytest.fixture
def decliner() -> User:
    return person(Role.EDITOR, email="first@example.org", first_name="Grace")


@pytest.fixture
def editor() -> User:
    return person(Role.EDITOR, email="second@example.org")


def declined(decliner: User, owner: User | None = None) -> Contribution:
    contribution = submitted(owner or contributor())
    reviewing.decline(
        user=decliner,
        key=open_review(contribution).pk,
        answers={},
        revision_id=revision_of(contribution),
        reason="Not about integration.",
    )
    return fresh(contribution)


def appealed(decliner: User, owner: User | None = None) -> Contribution:
    contribution = declined(decliner, owner)
    assert contribution.contributor is not None
    submitting.appeal(user=contribution.contributor, key=contribution.pk, text="It is: read page 2.")
    return contribution


def open_appeals(client: Client) -> int:
    tabs = client.get(reverse("contribution_desk:appealed")).context["tabs"]
    found: int = next(tab["count"] for tab in tabs if tab["is_current"])
    return found


def answer(client: Client, contribution: Contribution, **values: Any) -> Any:
    sent = {"action": "uphold", "reason": "Page 2 is about tourists.", "confirmed": "on"} | values
    return client.post(reverse(REVIEW, args=[contribution.pk]), sent)


def test_the_refusal_stays_after_an_answer_that_is_confirmed(client: Client, decliner: User, editor: User) -> None:
    contribution = appealed(decliner)
    signed_in(client, editor)
    assert open_appeals(client) == 1
    page = shown(client, contribution)
    assert 'value="uphold"' in page
    assert 'value="reopen"' in page
    assert "Nothing to decide here" not in page
    unticked = answer(client, contribution, confirmed="").content.decode()
    assert "Tick “Yes, the refusal stays”" in unticked
    assert '<a href="#id_confirmed">' in unticked
    assert "Page 2 is about tourists." in unticked
    assert '<a href="#id_reason">' in answer(client, contribution, reason=" ").content.decode()
    assert not contribution.events.filter(kind=Event.Kind.UPHELD).exists()
    assert "The refusal stays" in notices(answer(client, contribution))
    assert fresh(contribution).state == State.DECLINED
    assert open_appeals(client) == 0
    page = shown(client, contribution)
    assert 'value="uphold"' not in page
    assert "asked for another look on" not in page
    assert "Looked at again: the refusal stays" in page
    assert "Page 2 is about tourists." in page


def test_the_answer_is_in_the_audit_log_with_its_reason(decliner: User, editor: User) -> None:
    contribution = appealed(decliner)
    appeals.uphold(user=editor, key=contribution.pk, reason=" Page 2 is about tourists. ")
    entry = AuditEntry.objects.get(action="contribution.upheld")
    assert entry.user_id == editor.pk
    assert "Page 2 is about tourists." in str(entry.after)
    event = contribution.events.get(kind=Event.Kind.UPHELD)
    assert (event.actor, event.reason) == (editor, "Page 2 is about tourists.")


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_the_contributor_is_told_in_their_language_what_is_possible_next(
    language: str, decliner: User, editor: User, django_capture_on_commit_callbacks: Any
) -> None:
    owner = contributor(interface_language=language, email="owner@example.org", first_name="Zoë & <Ada>")
    contribution = appealed(decliner, owner)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        appeals.uphold(user=editor, key=contribution.pk, reason="About <b>tourists</b>.")
    row = OutboxMail.objects.get(kind="contribution-upheld")
    assert (row.recipient_id, row.language, row.state) == (owner.pk, language, "sent")
    message = next(letter for letter in mail.outbox if letter.to == ["owner@example.org"])
    assert "About <b>tourists</b>." in message.body
    assert f"http://testserver/{language}/my/contributions/{contribution.pk}/" in message.body
    with translation.override(language):
        assert translation.gettext("What is possible next") in message.body
    assert "<b>tourists" not in str(message.alternatives[0].content)  # type: ignore[attr-defined]  # Django's own


def test_nothing_is_written_when_the_letter_cannot_be_queued(
    decliner: User, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    contribution = appealed(decliner)

    def fail(event: Event) -> None:
        raise RuntimeError

    monkeypatch.setattr("contributions.services.events.tell", fail)
    with pytest.raises(RuntimeError):
        appeals.uphold(user=editor, key=contribution.pk, reason="No.")
    assert not AuditEntry.objects.filter(action="contribution.upheld").exists()
    assert not contribution.events.filter(kind=Event.Kind.UPHELD).exists()


def test_whoever_declined_leaves_it_to_another_editor(client: Client, decliner: User, editor: User) -> None:
    contribution = appealed(decliner)
    page = shown(signed_in(client, decliner), contribution)
    assert 'value="uphold"' not in page
    assert "for another editor to say" in page
    assert "not yours to decide" in answer(client, contribution).content.decode()
    assert not contribution.events.filter(kind=Event.Kind.UPHELD).exists()
    # Taking one's own refusal back is always possible.
    assert 'value="reopen"' in page


def test_the_only_editor_answers_for_themselves(client: Client, decliner: User) -> None:
    writer = person(Role.EDITOR, email="writer@example.org")
    person(Role.EDITOR, email="left@example.org", is_active=False)
    contribution = appealed(decliner, writer)
    assert 'value="uphold"' in shown(signed_in(client, decliner), contribution)
    answer(client, contribution)
    assert contribution.events.get(kind=Event.Kind.UPHELD).actor == decliner


@pytest.mark.parametrize("role", [Role.COUNTRY_COORDINATOR, Role.MODERATOR, Role.CONTRIBUTOR])
def test_who_may_not_decide_may_not_answer(role: Role, decliner: User) -> None:
    contribution = appealed(decliner)
    user = person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else []))
    expected = PermissionDenied if role is Role.COUNTRY_COORDINATOR else Contribution.DoesNotExist
    with pytest.raises(expected):
        appeals.uphold(user=user, key=contribution.pk, reason="No.")


def test_nobody_answers_their_own_appeal(decliner: User, editor: User) -> None:
    contribution = appealed(decliner, editor)
    with pytest.raises(PermissionDenied):
        appeals.uphold(user=editor, key=contribution.pk, reason="No.")


def test_it_is_answered_once_and_only_where_somebody_asked(decliner: User, editor: User) -> None:
    contribution = declined(decliner)
    with pytest.raises(RefusedError, match="Nobody waits"):
        appeals.uphold(user=editor, key=contribution.pk, reason="No.")
    assert contribution.contributor is not None
    submitting.appeal(user=contribution.contributor, key=contribution.pk, text="Please.")
    with pytest.raises(RefusedError, match="Say why"):
        appeals.uphold(user=editor, key=contribution.pk, reason="  ")
    appeals.uphold(user=editor, key=contribution.pk, reason="No.")
    with pytest.raises(ConflictError, match="has answered already"):
        appeals.uphold(user=person(Role.EDITOR), key=contribution.pk, reason="No, no.")
    assert OutboxMail.objects.filter(kind="contribution-upheld").count() == 1


def test_a_refusal_is_appealed_against_once_a_new_refusal_again(decliner: User, editor: User) -> None:
    contribution = appealed(decliner)
    owner = contribution.contributor
    assert owner is not None
    appeals.uphold(user=editor, key=contribution.pk, reason="No.")
    with pytest.raises(RefusedError, match="have looked at it again already"):
        submitting.appeal(user=owner, key=contribution.pk, text="Once more!")
    # An editor may still think better of it; what follows is a new decision.
    reviewing.reopen(user=editor, key=contribution.pk, reason="A colleague convinced us.")
    with pytest.raises(RefusedError, match="Nobody waits"):
        appeals.uphold(user=editor, key=contribution.pk, reason="No.")
    review = open_review(contribution)
    reviewing.claim(user=editor, key=review.pk, take_over=True)
    reviewing.decline(user=editor, key=review.pk, answers={}, revision_id=revision_of(contribution), reason="Not yet.")
    submitting.appeal(user=owner, key=contribution.pk, text="Please look.")
    appeals.uphold(user=decliner, key=contribution.pk, reason="No.")
    assert contribution.events.filter(kind=Event.Kind.UPHELD).count() == 2


def test_my_contributions_show_the_step_with_its_date(client: Client, decliner: User, editor: User) -> None:
    contribution = declined(decliner)
    owner = contribution.contributor
    assert owner is not None
    address = reverse("contributions:detail", args=[contribution.pk])
    signed_in(client, owner)

    def steps() -> list[tuple[str, str]]:
        return [(step.label, step.state) for step in client.get(address).context["steps"]]

    before = steps()
    submitting.appeal(user=owner, key=contribution.pk, text="Please look.")
    assert steps() == [*before[:-1], ("Another look", "current"), before[-1]]
    page = client.get(address).content.decode()
    assert "An editor reads it and answers you" in page
    assert 'name="text"' not in page
    appeals.uphold(user=editor, key=contribution.pk, reason="About <b>tourists</b>.")
    assert steps() == [*before[:-1], ("Another look", "stopped"), before[-1]]
    page = client.get(address).content.decode()
    assert "About &lt;b&gt;tourists&lt;/b&gt;." in page
    assert "Looked at again: the refusal stays" in page
    assert "Begin a new contribution" in page
    assert 'name="text"' not in page
    refused = client.post(reverse("contributions:appeal", args=[contribution.pk]), {"text": "Again!"})
    assert refused.status_code == 409
    answered = contribution.events.get(kind=Event.Kind.UPHELD)
    step = line(fresh(contribution), list(contribution.events.all()))[-2]
    assert (step.at, step.state) == (answered.at, "stopped")
    reviewing.reopen(user=editor, key=contribution.pk, reason="We were wrong.")
    assert "Another look" not in [label for label, _state in steps()]


def test_the_editors_are_reminded_until_one_of_them_answers(client: Client, decliner: User, editor: User) -> None:
    with time_machine.travel(MONDAY, tick=False):
        contribution = appealed(decliner)
        assert contribution.contributor is not None
    assert remind_of_appeals(add_working_days(MONDAY, 10)) == 0
    late = add_working_days(MONDAY, 10) + dt.timedelta(minutes=1)
    with time_machine.travel(late, tick=False):
        watch_deadlines()
        watch_deadlines()
    reminders = OutboxMail.objects.filter(kind="contribution-appeal-waits")
    assert {sent.recipient_id for sent in reminders} == {decliner.pk, editor.pk}
    assert len(reminders) == 2
    assert reverse(REVIEW, args=[contribution.pk]) in reminders[0].text
    signed_in(client, contribution.contributor)
    address = reverse("contributions:detail", args=[contribution.pk])
    page = client.get(address).content.decode()
    assert "Editors reminded that another look is asked for" in page
    assert "asked for, an editor will answer" in page
    assert remind_of_appeals(add_working_days(late, 10) + dt.timedelta(minutes=1)) == 1
    appeals.uphold(user=editor, key=contribution.pk, reason="Page 2 is about tourists.")
    assert remind_of_appeals(add_working_days(late, 60)) == 0


def test_only_unanswered_requests_are_recalled(decliner: User, editor: User) -> None:
    declined(decliner)
    reopened = appealed(decliner)
    reviewing.reopen(user=editor, key=reopened.pk, reason="You are right.")
    submitted(contributor())
    assert remind_of_appeals(add_working_days(timezone.now(), 30)) == 0
