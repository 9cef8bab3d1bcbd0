"""What time does: reviewers are reminded of overdue stages, then the editors take over; editors, of appeals."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from contributions.appeals import with_overdue_appeal
from contributions.models import Contribution, Event, Review
from contributions.services.events import record_event
from contributions.stages import Stage, working_days
from core.dates import add_working_days, working_days_before

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


def remind_of_appeals(now: dt.datetime | None = None) -> int:
    """Remind the editors of refusals at which nobody has looked again in the time of a stage; returns of how many.

    As long as nobody answers, it is done again each time as much time has passed. May run any number of times.
    """
    since = working_days_before(now or timezone.now(), working_days(Stage.DECISION))
    reminded = 0
    for key in list(with_overdue_appeal(Contribution.objects.all(), since).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            list(Contribution.objects.select_for_update(of=("self",)).filter(pk=key).values("pk"))
            # Somebody may have answered, or another worker reminded them, before the row was ours.
            waiting = with_overdue_appeal(Contribution.objects.filter(pk=key), since).first()
            if waiting is not None:
                record_event(waiting, Event.Kind.APPEAL_REMINDED)
                reminded += 1
    return reminded


def _remind(review: Review, moment: dt.datetime) -> None:
    review.reminded_at = moment
    review.due_at = add_working_days(moment, working_days(Stage(review.stage)) // 2 or 1)
    review.save(update_fields=["reminded_at", "due_at"])
    record_event(review.contribution, Event.Kind.REMINDED, stage=review.stage)


def _escalate(review: Review, moment: dt.datetime) -> None:
    review.escalated_at = moment
    review.save(update_fields=["escalated_at"])
    record_event(review.contribution, Event.Kind.ESCALATED, stage=review.stage)
