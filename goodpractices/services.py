"""Writes of good practices beside those every kind of content has: criteria, samples, messages passed on."""

import datetime as dt
import json
import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.permissions import Action, may
from core import audit, cache
from goodpractices.models import ContactMessage, Criterion, GoodPractice

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

#: After so many failures a message stays where it is, with its error, for the operator to see.
MOST_ATTEMPTS: Final = 8
BATCH: Final = 50
DATA: Final = Path(__file__).resolve().parent / "data"


@transaction.atomic
def load_criteria() -> int:
    """Write the published criteria of ``goodpractices/data`` into the database and return how many there are.

    May run any number of times: a criterion is found by its code and its texts follow the list.
    """
    rows: list[dict[str, Any]] = json.loads((DATA / "criteria.json").read_text("utf-8"))
    for position, row in enumerate(rows):
        values: dict[str, Any] = {"kind": row["kind"], "order": position}
        values |= {f"name_{language}": text for language, text in row["name"].items()}
        values |= {f"explanation_{language}": text for language, text in row["explanation"].items()}
        Criterion.objects.update_or_create(code=row["code"], defaults=values)
    cache.purge(cache.EVERYTHING)
    return len(rows)


@transaction.atomic
def remove_samples(*, user: "User | None") -> int:
    """Delete every sample practice and return how many there were.

    Samples are the one kind of published item that may be deleted: they never were anybody's contribution.
    Raises PermissionDenied unless ``user`` may delete drafts; None is the command line.
    """
    if user is not None and not may(user, Action.DELETE_DRAFT):
        raise PermissionDenied
    samples = list(GoodPractice.objects.samples())
    for sample in samples:
        audit.record(user=user, action="practice.remove-sample", instance=sample, before={"title": sample.title})
        sample.delete()
    return len(samples)


@transaction.atomic
def save_criterion(*, criterion: Criterion, user: "User | None", before: dict[str, Any] | None) -> None:
    """Record that ``user`` added (``before`` is None) or changed a criterion; pages that show it are rendered anew."""
    action = "criterion.add" if before is None else "criterion.change"
    audit.record(user=user, action=action, instance=criterion, before=before, after=audit.snapshot(criterion))
    cache.purge(cache.EVERYTHING)


@transaction.atomic
def delete_criterion(*, criterion: Criterion, user: "User | None") -> None:
    """Delete a criterion; raises ProtectedError when a practice was assessed by it, then it can only be retired."""
    audit.record(user=user, action="criterion.delete", instance=criterion, before=audit.snapshot(criterion))
    criterion.delete()
    cache.purge(cache.EVERYTHING)


@transaction.atomic
def leave_message(*, practice: GoodPractice, token: str, name: str, email: str, text: str) -> ContactMessage:
    """Take a visitor's message to the contact person of ``practice`` and have it sent after the commit.

    The same ``token`` (one per shown form) gives the same message, so that a second click sends nothing twice.
    Raises PermissionDenied when the practice is not public or has nobody to write to.
    """
    from goodpractices.tasks import pass_on_messages

    if not practice.live or not practice.contact_email:
        raise PermissionDenied
    values = {"practice": practice, "sender_name": name, "sender_email": email, "text": text}
    message, created = ContactMessage.objects.get_or_create(token=token, defaults=values)
    if created:
        transaction.on_commit(partial(pass_on_messages.delay, [message.pk]))
    return message


def due_messages(ids: list[int] | None = None) -> "models.QuerySet[ContactMessage]":
    """Return the messages that wait to be sent, the oldest first."""
    waiting = ContactMessage.objects.filter(sent_at=None, not_before__lte=timezone.now(), attempts__lt=MOST_ATTEMPTS)
    if ids is not None:
        waiting = waiting.filter(pk__in=ids)
    return waiting.order_by("pk")


def pass_on(key: int) -> bool:
    """Send the message with that key, unless somebody else is sending it; returns whether it was sent.

    The row is claimed before and marked after the sending: a worker that dies in between has it tried again.
    """
    claim = timezone.now() + dt.timedelta(minutes=5)
    if not due_messages([key]).update(not_before=claim, attempts=models.F("attempts") + 1):
        return False
    message = ContactMessage.objects.select_related("practice").get(pk=key)
    practice = message.practice
    language = practice.language if practice.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    try:
        with translation.override(language):
            subject = render_to_string("goodpractices/contact_subject.txt", {"message": message})
            body = render_to_string(
                "goodpractices/contact_body.txt", {"message": message, "base_url": settings.BASE_URL}
            )
        EmailMessage(
            " ".join(subject.split()),
            body,
            to=[practice.contact_email],
            reply_to=[message.sender_email],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
        ).send()
    except Exception as error:
        # Whatever the mail server does, the row stays and says so; the next sweep tries again, later each time.
        logger.exception("Message %s was not sent.", key)
        later = timezone.now() + dt.timedelta(minutes=2**message.attempts)
        ContactMessage.objects.filter(pk=key).update(not_before=later, error=repr(error)[:300])
        return False
    ContactMessage.objects.filter(pk=key).update(
        sent_at=timezone.now(), error="", text="", sender_name="", sender_email=""
    )
    return True
