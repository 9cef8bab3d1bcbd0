"""Background work of ``core``: thin, takes ids, may run twice."""

from celery import shared_task

from core.documents import read_text, waiting_documents


@shared_task(name="core.tasks.read_document", acks_late=True)
def read_document(key: int) -> bool:
    """Read the text of an uploaded file; returns whether there was something to do."""
    return read_text(key)


@shared_task(name="core.tasks.read_pending_documents", acks_late=True)
def read_pending_documents() -> int:
    """Read what was left behind by a worker that died or a broker that was away; beat calls this each ten minutes."""
    keys = waiting_documents()
    for key in keys:
        read_document.delay(key)
    return len(keys)
