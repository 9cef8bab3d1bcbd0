"""Writing e-mails into the outbox, sending them, and forgetting them."""

import datetime as dt
import hashlib
import logging
import smtplib
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.utils import timezone

from core.mail.models import MailState, OutboxMail
from core.mail.rendering import render
from core.mail.transport import connection, when_data_begins

logger = logging.getLogger(__name__)

#: After so many failures an e-mail is put aside with its error, for an administrator to see.
MOST_ATTEMPTS: Final = 8
#: A worker that has not finished an e-mail by then is taken for dead.
LEASE: Final = dt.timedelta(minutes=5)
#: How long the text of a sent e-mail is kept.
KEPT: Final = dt.timedelta(days=30)
BATCH: Final = 100
#: Kinds whose texts belong to strangers: forgotten as soon as they are sent.
FORGOTTEN_AT_ONCE: Final = frozenset({"contact"})
_PERMANENT: Final = 500


def enqueue(
    *,
    key: str,
    kind: str,
    to: str,
    language: str,
    template: str,
    context: Mapping[str, Any],
    recipient_id: int | None = None,
    reply_to: str = "",
    unsubscribe_url: str = "",
    resend_in_doubt: bool = False,
) -> OutboxMail:
    """Write an e-mail into the outbox, to be sent after the commit; the same ``key`` gives the same row.

    Call it inside the transaction of the event it tells of. ``template`` names three files (``render``). An e-mail
    whose worker died while sending is sent again by itself only with ``resend_in_doubt``: once too often is better
    than never for a code to sign in, and worse for everything else.
    """
    known = OutboxMail.objects.filter(key=key).first()
    if known is not None:
        return known
    rendered = render(template, language, context)
    values = {
        "kind": kind,
        "to": to,
        "recipient_id": recipient_id,
        "language": language,
        "subject": rendered.subject,
        "text": rendered.text,
        "html": rendered.html,
        "reply_to": reply_to,
        "unsubscribe_url": unsubscribe_url,
        "resend_in_doubt": resend_in_doubt,
        "message_id": _message_id(key),
    }
    mail, created = OutboxMail.objects.get_or_create(key=key, defaults=values)
    if created:
        transaction.on_commit(partial(_hand_to_worker, mail.pk))
    return mail


def _hand_to_worker(key: int) -> None:
    from core.tasks import send_mail

    try:
        send_mail.delay([key])
    except Exception:
        # The row is there: the sweep finds it when the broker is back.
        logger.exception("The broker did not take e-mail %s.", key)


def _message_id(key: str) -> str:
    """Return the same id for the same key: an e-mail that is sent again is still the same one."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{key}".encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}>"


def due_keys(limit: int = BATCH) -> list[int]:
    """Return the keys of what waits to be sent, after what dead workers left behind has been sorted out."""
    settle_abandoned()
    return list(OutboxMail.objects.due().values_list("pk", flat=True)[:limit])


def settle_abandoned() -> int:
    """Put aside what a worker was sending when it died; nobody can know whether it arrived. Returns how many."""
    rows = OutboxMail.objects.abandoned()
    again = rows.filter(resend_in_doubt=True).update(state=MailState.QUEUED, lease_until=None)
    error = "The worker was stopped while the mail server was taking it."
    return again + rows.update(state=MailState.IN_DOUBT, lease_until=None, error=error)


def deliver(key: int) -> bool:
    """Send the e-mail with that key, unless somebody else is sending it; returns whether it was sent.

    The row is leased first, which a dead worker's lease gives back by itself. It is marked ``sending`` only when the
    server has accepted sender and recipient and the text is about to go out: only between that moment and the
    server's answer can a dead worker leave a doubt.
    """
    now = timezone.now()
    free = models.Q(lease_until=None) | models.Q(lease_until__lt=now)
    claimed = (
        OutboxMail.objects.due()
        .order_by()
        .filter(free, pk=key)
        .update(lease_until=now + LEASE, attempts=models.F("attempts") + 1)
    )
    if not claimed:
        return False
    mail = OutboxMail.objects.get(pk=key)
    try:
        with when_data_begins(partial(_mark_sending, key)):
            _message(mail).send()
    except Exception as error:  # noqa: BLE001 - whatever the mail server does, the row stays and says so
        _failed(mail, error)
        return False
    _sent(mail)
    return True


def _message(mail: OutboxMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=mail.headers(),
        connection=connection(),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _mark_sending(key: int) -> None:
    OutboxMail.objects.filter(pk=key).update(state=MailState.SENDING, lease_until=timezone.now() + LEASE)


def _sent(mail: OutboxMail) -> None:
    values: dict[str, Any] = {"state": MailState.SENT, "sent_at": timezone.now(), "error": "", "lease_until": None}
    if mail.kind in FORGOTTEN_AT_ONCE:
        values |= {"subject": "", "text": "", "html": "", "reply_to": ""}
    OutboxMail.objects.filter(pk=mail.pk).update(**values)


def _failed(mail: OutboxMail, error: Exception) -> None:
    logger.warning("E-mail %s was not sent: %r", mail.pk, error)
    final = mail.attempts >= MOST_ATTEMPTS or _is_permanent(error)
    OutboxMail.objects.filter(pk=mail.pk).update(
        state=MailState.PARKED if final else MailState.QUEUED,
        lease_until=None,
        not_before=timezone.now() + dt.timedelta(minutes=2 ** (mail.attempts - 1)),
        error=repr(error)[:500],
    )


def _is_permanent(error: Exception) -> bool:
    """Whether the server refused this message for good: another try would be refused as well."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _PERMANENT


@transaction.atomic
def send_again(*, mail: OutboxMail, user: Any) -> None:
    """Put an e-mail that was put aside back into the queue; the caller has checked who may.

    Does nothing to one that waits or was sent, or whose text has been forgotten.
    """
    from core import audit

    waiting = OutboxMail.objects.needs_attention().order_by().filter(pk=mail.pk).exclude(text="")
    if waiting.update(state=MailState.QUEUED, attempts=0, not_before=timezone.now(), lease_until=None):
        audit.record(user=user, action="mail.send-again", instance=mail, after={"kind": mail.kind})
        transaction.on_commit(partial(_hand_to_worker, mail.pk))


def forget_old(now: dt.datetime | None = None) -> int:
    """Empty the texts of e-mails sent a month ago, and of those put aside that nobody looked at; returns how many."""
    before = (now or timezone.now()) - KEPT
    old = OutboxMail.objects.filter(created_at__lt=before).exclude(state=MailState.QUEUED).exclude(text="")
    return old.update(subject="", text="", html="", reply_to="", to="")


@transaction.atomic
def erase_for(recipient_id: int) -> int:
    """Forget everything in e-mails to a person whose account is erased; what waits is not sent. Returns how many."""
    rows = OutboxMail.objects.filter(recipient_id=recipient_id)
    rows.filter(state=MailState.QUEUED).update(state=MailState.PARKED, error="The account was erased.")
    return rows.update(subject="", text="", html="", reply_to="", to="", recipient_id=None)
