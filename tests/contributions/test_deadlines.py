"""Deadlines: ten working days, a reminder, then the editors take over; however often the clock is asked."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.permissions import Role
from contributions.models import Event, Review
from contributions.services import reviewing
from contributions.services.deadlines import remind_and_escalate
from core.dates import add_working_days, working_days_before
from core.mail.models import OutboxMail
from tests.contributions.builders import open_review, submitted
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23", 10, "2026-12-07"),  # a Monday
        ("2026-11-27", 1, "2026-11-30"),  # a Friday
        ("2026-11-28", 1, "2026-11-30"),  # a Saturday
        ("2026-11-25", 0, "2026-11-25"),
        ("2026-12-24", 1, "2026-12-25"),  # Christmas is a Friday: public holidays count
    ],
)
def test_working_days_leave_out_weekends(start: str, days: int, end: str) -> None:
    moment = dt.datetime.fromisoformat(start).replace(hour=9, tzinfo=dt.UTC)
    assert add_working_days(moment, days).date().isoformat() == end


@pytest.mark.parametrize(
    ("end", "days", "start"),
    [
        ("2026-12-07", 10, "2026-11-23"),  # a Monday
        ("2026-11-30", 1, "2026-11-27"),  # a Monday
        ("2026-11-28", 1, "2026-11-27"),  # a Saturday
        ("2026-11-25", 0, "2026-11-25"),
    ],
)
def test_what_has_waited_longer_than_some_working_days(end: str, days: int, start: str) -> None:
    moment = dt.datetime.fromisoformat(end).replace(hour=9, tzinfo=dt.UTC)
    assert working_days_before(moment, days).date().isoformat() == start


def kinds(review: Review) -> list[str]:
    return list(review.contribution.events.filter(kind__in=("reminded", "escalated")).values_list("kind", flat=True))


def test_reviewers_are_reminded_once_then_the_editors_take_over() -> None:
    coordinator, editor = person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.EDITOR)
    review = open_review(submitted())
    assert review.due_at is not None
    assert remind_and_escalate() == (0, 0)
    assert list(Review.objects.queue_of(editor)) == []
    late = review.due_at + dt.timedelta(minutes=1)
    assert remind_and_escalate(late) == (1, 0)
    assert remind_and_escalate(late) == (0, 0)
    assert OutboxMail.objects.get(kind="contribution-reminder").recipient_id == coordinator.pk
    review.refresh_from_db()
    assert review.due_at > late
    later = review.due_at + dt.timedelta(minutes=1)
    assert remind_and_escalate(later) == (0, 1)
    assert remind_and_escalate(later + dt.timedelta(days=60)) == (0, 0)
    assert OutboxMail.objects.get(kind="contribution-escalated").recipient_id == editor.pk
    assert list(Review.objects.queue_of(editor)) == [review]
    assert kinds(review) == ["reminded", "escalated"]


def test_whoever_has_taken_it_up_is_the_one_reminded() -> None:
    first, _second = person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.COUNTRY_COORDINATOR, "DE")
    review = open_review(submitted())
    reviewing.claim(user=first, key=review.pk)
    review.refresh_from_db()
    assert review.due_at is not None
    remind_and_escalate(review.due_at + dt.timedelta(minutes=1))
    assert [mail.recipient_id for mail in OutboxMail.objects.filter(kind="contribution-reminder")] == [first.pk]


def test_an_editors_stage_is_reminded_and_stays_with_the_editors() -> None:
    editor = person(Role.EDITOR)
    review = open_review(submitted(country="PL"))
    assert review.due_at is not None
    remind_and_escalate(review.due_at + dt.timedelta(minutes=1))
    assert OutboxMail.objects.get(kind="contribution-reminder").recipient_id == editor.pk


def test_what_is_decided_is_left_alone() -> None:
    person(Role.COUNTRY_COORDINATOR, "DE")
    review = open_review(submitted())
    Review.objects.update(status="cancelled", due_at=timezone.now() - dt.timedelta(days=1))
    assert remind_and_escalate() == (0, 0)
    assert not Event.objects.filter(contribution=review.contribution, kind="reminded").exists()


def test_a_contribution_with_nobody_to_tell_is_no_error() -> None:
    review = open_review(submitted(country="PL"))
    assert review.due_at is not None
    assert remind_and_escalate(review.due_at + dt.timedelta(minutes=1)) == (1, 0)
    assert not OutboxMail.objects.filter(kind="contribution-reminder").exists()
