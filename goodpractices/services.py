"""Writes of good practices beside those every kind of content has: criteria, samples, messages passed on."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.permissions import Action, may
from core import audit, cache
from core.mail import enqueue
from core.mail.models import Keeping, OutboxMail
from goodpractices.models import Criterion, GoodPractice

if TYPE_CHECKING:
    from accounts.models import User

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
def leave_message(*, practice: GoodPractice, token: str, name: str, email: str, text: str) -> OutboxMail:
    """Take a visitor's message to the contact person of ``practice`` and have it sent after the commit.

    The same ``token`` (one per shown form) gives the same message, so that a second click sends nothing twice.
    Raises PermissionDenied when the practice is not public or has nobody to write to.
    """
    if not practice.live or not practice.contact_email:
        raise PermissionDenied
    language = practice.language if practice.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    message = {"sender_name": name, "sender_email": email, "text": text, "practice": practice}
    return enqueue(
        key=f"contact:{token}",
        kind="contact",
        to=practice.contact_email,
        language=language,
        template="goodpractices/mail/contact",
        context={"message": message},
        reply_to=email,
        keeping=Keeping.ADDRESS,
    )
