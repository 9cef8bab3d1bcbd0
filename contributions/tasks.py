"""Background work of contributions: thin, may run twice."""

from celery import shared_task

from contributions.services.confirming import watch_review_dates as watch
from contributions.services.deadlines import remind_and_escalate, remind_of_appeals


@shared_task(name="contributions.tasks.watch_deadlines", acks_late=True)
def watch_deadlines() -> None:
    """Remind reviewers and editors of what has waited too long, pass on what still does; beat calls this each hour."""
    remind_and_escalate()
    remind_of_appeals()


@shared_task(name="contributions.tasks.watch_review_dates", acks_late=True)
def watch_review_dates() -> None:
    """Ask owners whether what they look after is still right, and archive what nobody confirms; once a day."""
    watch()
