"""What time does: reviewers are reminded when a stage's deadline has passed, then the editors take over."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from contributions.models import Event, Review
from contributions.services.events import record_event
from contributions.stages import Stage, working_days
from core.dates import add_working_days

#: So many stages are looked at in one sweep; the rest waits for the next.
BATCH = 200


def remind_and_escalate(now: dt.datetime | None = None) -> tuple[int, int]:
    """Remind the reviewers of overdue stages once, pass on what is overdue again; returns how many of each.

    A stage that was reminded gets half the time once more. May run any number of times, also at once.
    """
    moment = now or timezone.now()
    reminded = escalated = 0
    for key in list(Review.objects.overdue(moment).filter(escalated_at=None).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            review = Review.objects.select_for_update(of=("self",)).filter(pk=key).first()
            if review is None or not review.is_open or review.due_at is None or review.due_at >= moment:
                continue
            if review.reminded_at is None:
                _remind(review, moment)
                reminded += 1
            else:
                _escalate(review, moment)
                escalated += 1
    return reminded, escalated


def _remind(review: Review, moment: dt.datetime) -> None:
    review.reminded_at = moment
    review.due_at = add_working_days(moment, working_days(Stage(review.stage)) // 2 or 1)
    review.save(update_fields=["reminded_at", "due_at"])
    record_event(review.contribution, Event.Kind.REMINDED, stage=review.stage)


def _escalate(review: Review, moment: dt.datetime) -> None:
    review.escalated_at = moment
    review.save(update_fields=["escalated_at"])
    record_event(review.contribution, Event.Kind.ESCALATED, stage=review.stage)
