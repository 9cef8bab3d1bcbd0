"""Writing e-mails into the outbox, sending them, and forgetting them."""

import datetime as dt
import hashlib
import logging
import time
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.utils import timezone

from core.mail.failures import Failure, meaning, told
from core.mail.models import Keeping, MailState, OutboxMail
from core.mail.rendering import render
from core.mail.transport import Passage, connection, watched

logger = logging.getLogger(__name__)

#: Put off so many times by a server that answers, an e-mail is put aside, for an administrator to see.
MOST_ATTEMPTS: Final = 8
#: A server that cannot be reached at all is asked for that long, at least each quarter of an hour.
PATIENCE: Final = dt.timedelta(days=3)
_SHORTEST_WAIT, _LONGEST_WAIT = dt.timedelta(minutes=1), dt.timedelta(minutes=15)
#: A worker that has not finished an e-mail by then is taken for dead.
LEASE: Final = dt.timedelta(minutes=5)
#: How long the text of a sent e-mail is kept.
KEPT: Final = dt.timedelta(days=30)
BATCH: Final = 100
#: A round of sending ends then, far below the time limit of tasks: one that is killed could leave a doubt.
ROUND_SECONDS: Final = 50.0
_NOTHING_PERSONAL: Final = dict.fromkeys(("to", "subject", "text", "html", "reply_to", "unsubscribe_url"), "")
_DOUBT: Final = "The worker was stopped while the mail server was taking it."


class Outcome(StrEnum):
    """How one attempt to send ended."""

    SENT = "sent"
    NOT_SENT = "not-sent"
    SERVER_AWAY = "server-away"


class LeaseLostError(Exception):
    """Somebody else has taken over the e-mail, or it was erased, while this process was held up."""


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
    keeping: Keeping = Keeping.TEXT,
) -> OutboxMail:
    """Write an e-mail into the outbox, to be sent after the commit; the same ``key`` gives the same row.

    Call it inside the transaction of the event it tells of. ``template`` names three files (``render``). An e-mail
    whose worker died while sending is sent again by itself only with ``resend_in_doubt``: once too often is better
    than never for a code to sign in, and worse for everything else. ``keeping`` says what of it stays once it is sent:
    texts of strangers do not.
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
        "keeping": keeping,
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
    return again + rows.update(state=MailState.IN_DOUBT, lease_until=None, error=_DOUBT)


def deliver_all(keys: Iterable[int]) -> int:
    """Send these one after the other and return how many went out.

    Ends early when the server cannot be reached, or the round has lasted long enough: the next sweep goes on.
    """
    until, count = time.monotonic() + ROUND_SECONDS, 0
    for key in keys:
        outcome = _attempt(key)
        count += outcome is Outcome.SENT
        if outcome is Outcome.SERVER_AWAY or time.monotonic() > until:
            break
    return count


def deliver(key: int) -> bool:
    """Send the e-mail with that key, unless somebody else is sending it; returns whether it was sent."""
    return _attempt(key) is Outcome.SENT


def _attempt(key: int) -> Outcome:
    """Lease the row, send it, write down how that ended.

    A dead worker's lease gives the row back by itself. It is marked ``sending`` only when the server has accepted
    sender and recipient and the text is about to go out: only between that moment and the server's answer can a dead
    worker, or a lost connection, leave a doubt.
    """
    mail = _claimed(key)
    if mail is None:
        return Outcome.NOT_SENT
    passage = Passage(partial(_mark_sending, mail))
    try:
        _hand_over(mail, passage)
    except LeaseLostError:
        return Outcome.NOT_SENT
    except Exception as error:  # noqa: BLE001 - whatever the mail server does, the row stays and says so
        if not passage.taken:
            return _failed(mail, error, meaning(error, passage))
    _sent(mail)
    return Outcome.SENT


def _hand_over(mail: OutboxMail, passage: Passage) -> None:
    with watched(passage):
        _message(mail).send()
    if not passage.taken:
        message = "There is nobody to send it to."
        raise ValueError(message)


def _claimed(key: int) -> OutboxMail | None:
    """Lease the row with that key; None when it is not due, or somebody else has it."""
    now = timezone.now()
    lease = now + LEASE
    free = models.Q(lease_until=None) | models.Q(lease_until__lt=now)
    due = OutboxMail.objects.due().order_by().filter(free, pk=key)
    if not due.update(lease_until=lease, attempts=models.F("attempts") + 1):
        return None
    return OutboxMail.objects.filter(pk=key, lease_until=lease).first()


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


def _mark_sending(mail: OutboxMail) -> None:
    """Mark the row, under the lease that was taken and no other; raises LeaseLostError."""
    lease = timezone.now() + LEASE
    ours = OutboxMail.objects.filter(pk=mail.pk, state=MailState.QUEUED, lease_until=mail.lease_until)
    if not ours.update(state=MailState.SENDING, lease_until=lease):
        raise LeaseLostError
    mail.lease_until = lease


def _sent(mail: OutboxMail) -> None:
    values: dict[str, Any] = {"state": MailState.SENT, "sent_at": timezone.now(), "error": "", "lease_until": None}
    if mail.keeping != Keeping.TEXT:
        values |= {"subject": "", "text": "", "html": "", "reply_to": ""}
    if mail.keeping == Keeping.NOTHING:
        values["to"] = ""
    OutboxMail.objects.filter(pk=mail.pk).update(**values)


def _failed(mail: OutboxMail, error: Exception, failure: Failure) -> Outcome:
    """Write down a failure and when to try again, unless somebody else has the row by now."""
    text, now = told(error, mail), timezone.now()
    logger.warning("E-mail %s was not sent (%s): %s", mail.pk, failure, text)
    values: dict[str, Any] = {"state": MailState.QUEUED, "lease_until": None, "error": text}
    if failure is Failure.SERVER_AWAY:
        waited = now - mail.created_at
        # No attempt of this e-mail's: the wait doubles with its age.
        values["attempts"] = mail.attempts - 1
        values["not_before"] = now + min(max(waited, _SHORTEST_WAIT), _LONGEST_WAIT)
        given_up = waited > PATIENCE
    else:
        values["not_before"] = now + dt.timedelta(minutes=2 ** (min(mail.attempts, MOST_ATTEMPTS) - 1))
        given_up = failure is Failure.REFUSED or mail.attempts >= MOST_ATTEMPTS
    if failure is Failure.IN_DOUBT and not mail.resend_in_doubt:
        values["state"] = MailState.IN_DOUBT
    elif given_up:
        values["state"] = MailState.PARKED
    OutboxMail.objects.filter(pk=mail.pk, lease_until=mail.lease_until).update(**values)
    return Outcome.SERVER_AWAY if failure is Failure.SERVER_AWAY else Outcome.NOT_SENT


def may_see_mail(user: Any) -> bool:
    """Return whether ``user`` may see which e-mails the portal has sent."""
    return bool(user.has_perm("core.view_outboxmail"))


@transaction.atomic
def send_again(*, mail: OutboxMail, user: Any) -> bool:
    """Put an e-mail that was put aside back into the queue; returns whether there was something to do.

    Not for one that waits or was sent, or whose text has been forgotten. Raises PermissionDenied.
    """
    from core import audit

    if not user.has_perm("core.change_outboxmail"):
        raise PermissionDenied
    stopped = OutboxMail.objects.needs_attention().order_by().filter(pk=mail.pk).exclude(text="")
    if not stopped.update(state=MailState.QUEUED, attempts=0, not_before=timezone.now(), lease_until=None):
        return False
    audit.record(user=user, action="mail.send-again", instance=mail, after={"kind": mail.kind})
    transaction.on_commit(partial(_hand_to_worker, mail.pk))
    return True


@transaction.atomic
def send_all_again(*, user: Any) -> int:
    """Put every e-mail that was put aside back into the queue, as after the mail server has been mended.

    Those in doubt stay: each of them may arrive twice, so each is a decision. Returns how many.
    Raises PermissionDenied.
    """
    from core import audit

    if not user.has_perm("core.change_outboxmail"):
        raise PermissionDenied
    parked = OutboxMail.objects.filter(state=MailState.PARKED).exclude(text="")
    rows = list(parked.order_by("pk").only("pk", "kind"))
    if not rows:
        return 0
    keys = [row.pk for row in rows]
    count = parked.filter(pk__in=keys).update(
        state=MailState.QUEUED, attempts=0, not_before=timezone.now(), lease_until=None
    )
    # One line however many: a server that refuses everything parks everything.
    audit.record(user=user, action="mail.send-again", instance=rows[0], after={"kind": "*", "e-mails": keys})
    return count


def forget_old(now: dt.datetime | None = None) -> int:
    """Empty the texts of e-mails sent a month ago, and of those put aside that nobody looked at; returns how many."""
    before = (now or timezone.now()) - KEPT
    old = OutboxMail.objects.filter(created_at__lt=before).exclude(state=MailState.QUEUED).exclude(text="")
    return old.update(**_NOTHING_PERSONAL)


@transaction.atomic
def erase_for(recipient_id: int) -> int:
    """Forget everything in e-mails to a person whose account is erased; what waits is not sent. Returns how many."""
    rows = OutboxMail.objects.filter(recipient_id=recipient_id)
    rows.filter(state=MailState.QUEUED).update(state=MailState.PARKED, error="The account was erased.")
    return rows.update(**_NOTHING_PERSONAL, recipient_id=None)
