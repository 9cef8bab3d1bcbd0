"""Background work of contributions: thin, may run twice."""

from celery import shared_task

from contributions.services.deadlines import remind_and_escalate


@shared_task(name="contributions.tasks.watch_deadlines", acks_late=True)
def watch_deadlines() -> None:
    """Remind reviewers whose deadline has passed, and pass on what is overdue again; beat calls this each hour."""
    remind_and_escalate()
