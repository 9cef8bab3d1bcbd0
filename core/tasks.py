"""Background work of ``core``: thin, takes ids, may run twice."""

from celery import shared_task

from core.documents import read_text, waiting_documents
from core.mail.services import deliver_all, due_keys, forget_old


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


@shared_task(name="core.tasks.send_mail", acks_late=True)
def send_mail(keys: list[int]) -> int:
    """Send the e-mails with these keys; returns how many went out."""
    return deliver_all(keys)


@shared_task(name="core.tasks.sweep_mail", acks_late=True)
def sweep_mail() -> int:
    """Send what waits, also what a lost broker never said; beat calls this each minute."""
    return deliver_all(due_keys())


@shared_task(name="core.tasks.forget_mail", acks_late=True)
def forget_mail() -> int:
    """Empty the texts of e-mails that were sent a month ago; beat calls this each night."""
    return forget_old()
