"""Owners are asked whether what they contributed is still right; what nobody confirms is marked, then archived."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from content.services import confirm as confirm_in_office
from contributions.confirmation_letters import token_for
from contributions.models import ConfirmationNotice, ConfirmationRequest
from contributions.services import confirming, drafts, reviewing, submitting
from contributions.services.confirming import Swept, confirm_by_owner, watch_review_dates
from contributions.services.stages import restore_public_version
from contributions.workflow import ensure_workflow
from core.mail.models import OutboxMail
from core.models import AuditEntry
from goodpractices.models import GoodPractice
from tests.contributions.builders import all_met, kind, open_review, revision_of, submitted
from tests.factories import person, practice

pytestmark = pytest.mark.django_db
START = dt.datetime(2027, 3, 1, 6, tzinfo=dt.UTC)


def days(number: int) -> dt.datetime:
    return START + dt.timedelta(days=number)


def overdue(owner: User | None = None, **values: Any) -> GoodPractice:
    """A published practice whose review was due on the day before START."""
    published = START - dt.timedelta(days=366)
    defaults = {"first_published_at": published, "last_published_at": published, "review_on": dt.date(2027, 2, 28)}
    return practice(contributor=owner, **(defaults | values))


def kinds_of_mail() -> list[str]:
    return list(OutboxMail.objects.order_by("pk").values_list("kind", flat=True))


def link_in(mail: OutboxMail) -> str:
    found = re.search(r"http://[^/\s]+(/\w\w/confirm/\S+)", mail.text)
    assert found is not None, mail.text
    return found[1]


def asked(owner: User | None = None, **values: Any) -> tuple[GoodPractice, ConfirmationRequest, User]:
    owner = owner or person(Role.CONTRIBUTOR)
    item = overdue(owner, **values)
    watch_review_dates(START)
    return item, ConfirmationRequest.objects.get(item_id=item.pk), owner


# --- who is asked -------------------------------------------------------------------------------------------------
def test_the_contributor_is_asked_once_however_often_the_sweep_runs() -> None:
    owner = person(Role.CONTRIBUTOR, interface_language="de")
    item = overdue(owner)
    assert watch_review_dates(START) == Swept(asked=1)
    assert watch_review_dates(days(1)) == Swept()
    mail = OutboxMail.objects.get()
    assert (mail.to, mail.kind, mail.language, mail.unsubscribe_url) == (owner.email, "confirm", "de", "")
    assert item.title in mail.text
    assert item.title in mail.html
    assert link_in(mail).startswith("/de/confirm/")


def test_what_is_not_due_or_not_public_or_archived_is_not_asked_about() -> None:
    owner = person(Role.CONTRIBUTOR)
    overdue(owner, review_on=START.date())
    overdue(owner, review_on=None)
    overdue(owner, withdrawn=True)
    overdue(owner, archived=True)
    assert watch_review_dates(START) == Swept()


@pytest.mark.parametrize("gone", [{"is_active": False}, {"erased_at": START}, None])
def test_without_an_owner_the_coordinators_of_the_country_are_asked(gone: dict[str, Any] | None) -> None:
    owner = None if gone is None else person(Role.CONTRIBUTOR, **gone)
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE")
    person(Role.COUNTRY_COORDINATOR, "PL")
    person(Role.COUNTRY_COORDINATOR, "DE", is_active=False)
    overdue(owner)
    watch_review_dates(START)
    assert [mail.to for mail in OutboxMail.objects.all()] == [coordinator.email]
    assert "nobody else answers for it" in OutboxMail.objects.get().text


@pytest.mark.parametrize("gone", [{"is_active": False}, None])
def test_without_owner_and_coordinator_the_editors_are_asked_in_one_letter(gone: dict[str, Any] | None) -> None:
    owner = None if gone is None else person(Role.CONTRIBUTOR, **gone)
    person(Role.COUNTRY_COORDINATOR, "PL")
    person(Role.EDITOR, is_active=False)
    editors = {person(Role.EDITOR).email, person(Role.EDITOR).email}
    first, second = overdue(owner), overdue(owner)
    assert watch_review_dates(START) == Swept(asked=2)
    assert {mail.to for mail in OutboxMail.objects.all()} == editors
    assert kinds_of_mail() == ["confirm-many", "confirm-many"]
    mail = OutboxMail.objects.all()[0]
    assert first.title in mail.text
    assert second.title in mail.text
    overdue(owner, title="Nobody's third")
    watch_review_dates(days(1))
    assert "the editors answer for it" in OutboxMail.objects.filter(kind="confirm")[0].text
    # Their word counts like an owner's.
    question = ConfirmationRequest.objects.get(item_id=first.pk)
    confirm_by_owner(question_key=question.pk, user=User.objects.get(email=min(editors)))
    first.refresh_from_db()
    assert first.confirmed_at == timezone.localdate()


def test_where_nobody_can_be_asked_nothing_is_marked() -> None:
    item = overdue(None)
    for day in (0, 30, 60, 120, 500):
        assert watch_review_dates(days(day)) == Swept()
    item.refresh_from_db()
    assert item.unconfirmed_since is None
    assert item.archived_at is None


def test_a_first_run_on_hundreds_sends_one_letter_to_each_person() -> None:
    owner, other = person(Role.CONTRIBUTOR, interface_language="fr"), person(Role.CONTRIBUTOR)
    long_ago = dt.date(2019, 1, 1)
    mine = [overdue(owner, review_on=long_ago + dt.timedelta(days=number)) for number in range(40)]
    overdue(other, review_on=long_ago)
    assert watch_review_dates(START) == Swept(asked=41)
    assert sorted(kinds_of_mail()) == ["confirm", "confirm-many"]
    letter = OutboxMail.objects.get(kind="confirm-many")
    assert (letter.to, letter.language) == (owner.email, "fr")
    assert len(set(re.findall(r"/fr/confirm/(\S+)", letter.text))) == len(mine)
    assert [item.title for item in mine if item.title not in letter.html] == []
    assert "39" in letter.subject
    assert not ConfirmationNotice.objects.exists()
    # However old the review dates are, no page says anything before the question has been out for its time.
    assert not GoodPractice.objects.exclude(unanswered_review_on=None).exists()
    for day in (1, 29):
        assert watch_review_dates(days(day)) == Swept()
    assert watch_review_dates(days(30)) == Swept(reminded=41)
    assert watch_review_dates(days(59)) == Swept()
    assert not GoodPractice.objects.exclude(unanswered_review_on=None).exists()
    assert watch_review_dates(days(60)) == Swept(marked=41)
    assert all(item.unconfirmed_since for item in GoodPractice.objects.all())
    assert watch_review_dates(days(425)) == Swept(archived=41)
    assert OutboxMail.objects.filter(to=owner.email).count() == 4


def test_different_steps_of_one_day_are_one_letter_and_each_says_its_own() -> None:
    owner = person(Role.CONTRIBUTOR)
    old = overdue(owner, title="The one asked about first")
    watch_review_dates(START)
    new = overdue(owner, title="The one that fell due later", review_on=days(20).date())
    assert watch_review_dates(days(30)) == Swept(asked=1, reminded=1)
    letter = OutboxMail.objects.get(kind="confirm-many")
    before, after = letter.text.split("A month ago we asked")
    assert new.title in before
    assert old.title in after


def test_a_worker_that_dies_between_step_and_letter_has_it_told_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = person(Role.CONTRIBUTOR)
    overdue(owner)
    settled = overdue(owner, title="Settled meanwhile")

    def die() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(confirming, "_tell_everybody", die)
        with pytest.raises(KeyboardInterrupt):
            watch_review_dates(START)
    assert not OutboxMail.objects.exists()
    question = ConfirmationRequest.objects.get(item_id=settled.pk)
    confirm_by_owner(question_key=question.pk, user=owner)
    assert watch_review_dates(days(1)) == Swept()
    assert kinds_of_mail() == ["confirm"]
    assert "Settled meanwhile" not in OutboxMail.objects.get().text
    assert watch_review_dates(days(2)) == Swept()
    assert kinds_of_mail() == ["confirm"]


def test_one_letter_holds_what_can_be_read_and_the_rest_comes_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirming, "MOST_IN_A_LETTER", 2)
    owner = person(Role.CONTRIBUTOR)
    for _number in range(3):
        overdue(owner)
    watch_review_dates(START)
    assert kinds_of_mail() == ["confirm-many"]
    watch_review_dates(days(1))
    assert kinds_of_mail() == ["confirm-many", "confirm"]


def test_one_person_is_asked_so_many_questions_a_day_and_others_do_not_wait_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confirming, "MOST_PER_PERSON", 3)
    busy, other = person(Role.CONTRIBUTOR), person(Role.CONTRIBUTOR)
    for number in range(confirming.MOST_PER_PERSON + 2):
        overdue(busy, review_on=dt.date(2027, 1, 1) + dt.timedelta(days=number))
    overdue(other)
    assert watch_review_dates(START).asked == confirming.MOST_PER_PERSON + 1
    assert OutboxMail.objects.filter(to=other.email).count() == 1
    assert watch_review_dates(days(1)).asked == 2


def test_a_sweep_ends_after_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirming, "BATCH", 2)
    for _number in range(3):
        overdue(person(Role.CONTRIBUTOR))
    assert [watch_review_dates(START).asked for _sweep in range(3)] == [2, 1, 0]
    assert [watch_review_dates(days(30)).reminded for _sweep in range(3)] == [2, 1, 0]


# --- what happens without an answer -------------------------------------------------------------------------------
def test_silence_leads_step_by_step_to_the_archive_and_the_owner_is_told_each_time() -> None:
    item, question, owner = asked()
    assert watch_review_dates(days(29)) == Swept()
    assert watch_review_dates(days(30)) == Swept(reminded=1)
    assert watch_review_dates(days(59)) == Swept()
    assert watch_review_dates(days(60)) == Swept(marked=1)
    assert watch_review_dates(days(424)) == Swept()
    assert watch_review_dates(days(425)) == Swept(archived=1)
    assert watch_review_dates(days(900)) == Swept()
    assert kinds_of_mail() == ["confirm", "confirm-reminder", "confirm-marked", "confirm-archived"]
    assert set(OutboxMail.objects.values_list("to", flat=True)) == {owner.email}
    item.refresh_from_db()
    assert item.live
    assert item.archived_at is not None
    assert AuditEntry.objects.filter(action="content.archive", object_key=str(item.pk), user_id=None).exists()
    question.refresh_from_db()
    assert question.archived_at == days(425)


def test_a_worker_that_stood_still_for_years_does_not_skip_the_reminder() -> None:
    item, _question, _owner = asked()
    assert watch_review_dates(days(900)) == Swept(reminded=1)
    assert watch_review_dates(days(901)) == Swept()
    item.refresh_from_db()
    assert item.archived_at is None


def test_a_question_that_was_settled_in_the_office_is_closed_in_silence() -> None:
    item, question, _owner = asked()
    with time_machine.travel(days(10)):
        confirm_in_office(item=item, user=None)
    assert watch_review_dates(days(30)) == Swept()
    question.refresh_from_db()
    assert question.answered_at == days(30)
    assert kinds_of_mail() == ["confirm"]


def test_two_sweeps_at_once_take_each_step_once() -> None:
    _item, question, _owner = asked()
    rows = ConfirmationRequest.objects.to_remind(days(30) - confirming.REMIND_AFTER)
    keys = list(rows)
    assert confirming._each(rows, confirming._remind, "reminded_at", days(30)) == 1
    assert [key.pk for key in keys] == [question.pk]
    assert confirming._each(rows, confirming._remind, "reminded_at", days(30)) == 0
    assert ConfirmationNotice.objects.filter(step="confirm_reminder").count() == 1


def test_the_public_page_says_since_when_nobody_has_confirmed(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    item, question, owner = asked(confirmed_at=dt.date(2026, 2, 28))
    said = "not been confirmed since 28 February 2026"

    def page() -> str:
        return client.get(item.get_absolute_url()).content.decode()

    watch_review_dates(days(30))
    with time_machine.travel(days(60)):
        assert said not in page()
    with django_capture_on_commit_callbacks(execute=True):
        watch_review_dates(days(60))
    assert AuditEntry.objects.filter(action="content.mark-unconfirmed", object_key=str(item.pk)).count() == 1
    with time_machine.travel(days(60)):
        assert said in page()
        # A correction that is published without a word on the date leaves the mark; a confirmation takes it away.
        held = GoodPractice.objects.get(pk=item.pk)
        with django_capture_on_commit_callbacks(execute=True):
            held.save_revision(clean=False).publish()
        assert said in page()
        with django_capture_on_commit_callbacks(execute=True):
            confirm_by_owner(question_key=question.pk, user=owner)
        assert said not in page()
    with time_machine.travel(days(500)):
        assert said not in page()


def test_without_a_confirmation_the_day_of_publication_counts() -> None:
    item, _question, _owner = asked()
    for day in (30, 60):
        watch_review_dates(days(day))
    item.refresh_from_db()
    assert item.unconfirmed_since == (START - dt.timedelta(days=366)).date()
    item.live = False
    assert item.unconfirmed_since is None


# --- the answer ---------------------------------------------------------------------------------------------------
def test_the_link_shows_the_item_and_changes_nothing_by_itself(client: Client) -> None:
    item, question, _owner = asked(title="A <b>café</b>")
    address = link_in(OutboxMail.objects.get())
    for method in (client.get, client.head, client.get):
        answer = method(address)
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
    page = client.get(address).content.decode()
    assert "A &lt;b&gt;café&lt;/b&gt;" in page
    assert reverse("contributions:correct", args=[item.uid]) in page
    question.refresh_from_db()
    item.refresh_from_db()
    assert question.answered_at is None
    assert item.confirmed_at is None


def test_the_button_confirms_without_signing_in_and_twice_is_fine() -> None:
    item, question, owner = asked()
    address = link_in(OutboxMail.objects.get())
    client = Client(enforce_csrf_checks=True)
    with time_machine.travel(days(3)):
        # The first e-mail was signed when the test began.
        address = reverse("contributions:confirm", args=[token_for(question, owner)])
        for _click in range(2):
            answer = client.post(address, follow=True)
            assert answer.redirect_chain == [(address, 302)]
            assert "Thank you" in answer.content.decode()
        item.refresh_from_db()
        assert item.confirmed_at == days(3).date()
        assert item.review_on == days(3).date() + dt.timedelta(days=365)
    said = AuditEntry.objects.get(action="content.confirm-by-owner")
    assert said.user_id == owner.pk
    assert AuditEntry.objects.filter(action="content.confirm").count() == 1
    assert watch_review_dates(days(40)) == Swept()


def test_what_was_archived_for_silence_comes_back_by_one_click() -> None:
    item, question, owner = asked()
    for day in (30, 60, 425):
        watch_review_dates(days(day))
    with time_machine.travel(days(430)):
        confirm_by_owner(question_key=question.pk, user=owner)
    item.refresh_from_db()
    assert item.archived_at is None
    assert item.confirmed_at == days(430).date()


def test_the_next_year_asks_anew() -> None:
    item, question, owner = asked()
    with time_machine.travel(days(3)):
        confirm_by_owner(question_key=question.pk, user=owner)
    assert watch_review_dates(days(370)) == Swept(asked=1)
    assert ConfirmationRequest.objects.about(item).count() == 2


@pytest.mark.parametrize("forged", ["x", "1-1", "1-1:abc:def", "²-1:a:b", "🙂"])
def test_a_forged_link_gets_a_clear_page_and_changes_nothing(client: Client, forged: str) -> None:
    asked()
    address = reverse("contributions:confirm", args=[forged])
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 404
        assert "This link does not work" in answer.content.decode()
    assert not ConfirmationRequest.objects.exclude(answered_at=None).exists()


def test_a_signature_of_another_kind_opens_nothing(client: Client) -> None:
    _item, question, owner = asked()
    token = signing.TimestampSigner(salt="contributions.start").sign(f"{question.pk}-{owner.pk}")
    assert client.get(reverse("contributions:confirm", args=[token])).status_code == 404


def test_an_old_link_confirms_nothing_and_offers_a_new_one_to_the_same_address(client: Client) -> None:
    item, question, owner = asked()
    address = reverse("contributions:confirm", args=[token_for(question, owner)])
    with time_machine.travel(timezone.now() + dt.timedelta(days=61)):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "too old" in answer.content.decode()
        for _click in range(2):
            assert "on its way" in client.post(address).content.decode()
        item.refresh_from_db()
        assert item.confirmed_at is None
        mails = OutboxMail.objects.order_by("pk")
        assert [mail.to for mail in mails] == [owner.email, owner.email]
        last = mails.last()
        assert last is not None
        assert client.get(link_in(last)).status_code == 200


def test_who_does_not_answer_for_the_item_any_more_confirms_nothing(client: Client) -> None:
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE")
    item = overdue(None)
    watch_review_dates(START)
    address = link_in(OutboxMail.objects.get())
    page = client.get(address).content.decode()
    assert f"/admin/snippets/goodpractices/goodpractice/edit/{item.pk}/" in page
    coordinator.countries.clear()
    assert client.post(address).status_code == 404
    item.refresh_from_db()
    assert item.confirmed_at is None


def test_the_link_of_a_closed_account_is_dead(client: Client) -> None:
    _item, _question, owner = asked()
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.post(link_in(OutboxMail.objects.get())).status_code == 404


def test_a_correction_that_waits_keeps_the_new_date() -> None:
    ensure_workflow()
    item, question, owner = asked()
    item.title = "Another title"
    item.save_revision(clean=False)
    with time_machine.travel(days(3)):
        confirm_by_owner(question_key=question.pk, user=owner)
    held = GoodPractice.objects.get(pk=item.pk).get_latest_revision_as_object()
    assert held.review_on == days(3).date() + dt.timedelta(days=365)


def test_no_version_turns_a_confirmation_back() -> None:
    item, question, owner = asked()
    with time_machine.travel(days(3)):
        confirm_by_owner(question_key=question.pk, user=owner)
    fresh = GoodPractice.objects.get(pk=item.pk)
    assert fresh.get_latest_revision_as_object().review_on == days(3).date() + dt.timedelta(days=365)
    fresh.title = "A correction nobody wanted"
    fresh.save_revision(clean=False)
    restore_public_version(GoodPractice.objects.get(pk=item.pk), None)
    fresh = GoodPractice.objects.get(pk=item.pk)
    assert fresh.get_latest_revision_as_object().review_on == days(3).date() + dt.timedelta(days=365)


def test_the_owners_published_correction_answers_the_question() -> None:
    ensure_workflow()
    owner = person(Role.CONTRIBUTOR)
    first = submitted(owner)
    reviewing.approve(
        user=person(Role.EDITOR),
        key=open_review(first).pk,
        answers=all_met(open_review(first)),
        revision_id=revision_of(first),
    )
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    GoodPractice.objects.update(review_on=yesterday, confirmed_at=None)
    item = GoodPractice.objects.get()
    assert watch_review_dates().asked == 1
    correction = drafts.start_correction(user=owner, kind=kind(), item=item)
    drafts.save(user=owner, key=correction.pk, raw={"title": "Corrected"}, version=correction.version)
    correction.refresh_from_db()
    submitting.submit(user=owner, key=correction.pk, version=correction.version, consent=True)
    item.refresh_from_db()
    assert item.confirmed_at is None
    reviewing.approve(
        user=person(Role.EDITOR),
        key=open_review(correction).pk,
        answers=all_met(open_review(correction)),
        revision_id=revision_of(correction),
    )
    item = GoodPractice.objects.get()
    assert (item.title, item.confirmed_at) == ("Corrected", timezone.localdate())
    assert item.review_on == timezone.localdate() + dt.timedelta(days=365)
    assert item.get_latest_revision_as_object().review_on == item.review_on
    assert not ConfirmationRequest.objects.waiting().exists()


def test_a_sweep_over_ten_that_nobody_has_to_hear_of_costs_no_more_than_over_one() -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            watch_review_dates(days(1))
        return len(queries)

    for _number in range(1):
        overdue(person(Role.CONTRIBUTOR))
    watch_review_dates(START)
    one = cost()
    for _number in range(9):
        overdue(person(Role.CONTRIBUTOR))
    watch_review_dates(START)
    assert cost() == one
