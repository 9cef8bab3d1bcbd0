"""Background work of good practices: thin, takes ids, may run twice."""

from celery import shared_task

from goodpractices.services import BATCH, due_messages, pass_on


@shared_task(name="goodpractices.tasks.pass_on_messages", acks_late=True)
def pass_on_messages(ids: list[int] | None = None) -> int:
    """Send the messages with these keys, or whatever waits; beat calls this each minute. Returns how many went out."""
    keys = list(due_messages(ids).values_list("pk", flat=True)[:BATCH])
    return sum(pass_on(key) for key in keys)
