"""What a contributor does to a draft: begin, write, add files, discard."""

import hashlib
from typing import TYPE_CHECKING, Any, Final

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.permissions import Action, may
from contributions.errors import ConflictError, RefusedError
from contributions.models import EDITABLE, Contribution, ContributionFile, Event, State
from contributions.services.events import record_event
from core.languages import CODES
from core.text import clean_text, one_line
from core.uploads import check_document, redraw_picture

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from content.models import ContentItem
    from contributions.registry import SubmissionType

#: Drafts a person may have at the same time, files a contribution may have, and their size together.
MOST_DRAFTS: Final = 50
MOST_FILES: Final = 5
MOST_BYTES: Final = 60 * 1024 * 1024


def own(user: "User", key: int, *, lock: bool = False) -> Contribution:
    """Return the person's own contribution with that key, locked until the transaction ends when ``lock``.

    Raises Contribution.DoesNotExist for somebody else's: whether it exists is nobody's business.
    """
    rows = Contribution.objects.select_for_update() if lock else Contribution.objects.all()
    found: Contribution = rows.get(pk=key, contributor_id=user.pk)
    return found


@transaction.atomic
def start(*, user: "User", kind: "SubmissionType", token: str, language: str = "") -> Contribution:
    """Begin a contribution; the same ``token`` (one per shown button) gives the same one, however often it is sent.

    Raises PermissionDenied, or RefusedError when the person has too many drafts.
    """
    if not may(user, Action.CONTRIBUTE):
        raise PermissionDenied
    known = Contribution.objects.filter(start_token=token).first()
    if known is not None:
        if known.contributor_id != user.pk:
            raise PermissionDenied
        return known
    _demand_room(user)
    # Two requests at once: the second waits for the first and finds its row.
    contribution, created = Contribution.objects.get_or_create(
        start_token=token, defaults={"type": kind.code, "contributor": user, "language": language}
    )
    if created:
        record_event(contribution, Event.Kind.STARTED, actor=user)
    return contribution


def _demand_room(user: "User") -> None:
    if Contribution.objects.filter(contributor=user, state=State.DRAFT).count() >= MOST_DRAFTS:
        raise RefusedError(_("You have %(count)d drafts. Submit or discard some first.") % {"count": MOST_DRAFTS})


@transaction.atomic
def start_correction(*, user: "User", kind: "SubmissionType", item: "ContentItem") -> Contribution:
    """Begin a correction of a published item, or return the one that is under way.

    Raises PermissionDenied unless the person contributed the item, and RefusedError while it is in somebody's review.
    """
    if not may(user, Action.CONTRIBUTE) or item.contributor_id != user.pk or not item.live:
        raise PermissionDenied
    under_way = Contribution.objects.about(item).filter(contributor=user).exclude(state__in=("published", "declined"))
    if (known := under_way.first()) is not None:
        found: Contribution = known
        return found
    if Contribution.objects.about(item).open().exists() or item.has_unpublished_changes:
        raise RefusedError(_("Somebody is working on this item now. Please try again when that version is published."))
    _demand_room(user)
    number = Contribution.objects.about(item).count()
    contribution, created = Contribution.objects.get_or_create(
        start_token=f"correction-{item.uid}-{number}",
        defaults={
            "type": kind.code,
            "contributor": user,
            "is_correction": True,
            "item_type": ContentType.objects.get_for_model(item),
            "item_id": item.pk,
            "title": item.title,
            "language": item.language,
            "data": kind.raw(item),
        },
    )
    if created:
        record_event(contribution, Event.Kind.STARTED, actor=user)
    return contribution


@transaction.atomic
def save(*, user: "User", key: int, raw: dict[str, Any], version: int) -> Contribution:
    """Write what was typed into a draft, valid or not, and return the draft with its new version.

    ``version`` is the one the person saw. Raises Contribution.DoesNotExist, RefusedError when the draft is not
    theirs to write now, and ConflictError when another window has saved since: then nothing is overwritten.
    """
    contribution = own(user, key, lock=True)
    if contribution.state not in EDITABLE:
        state = State(contribution.state).label
        raise RefusedError(_("This contribution is “%(state)s” and cannot be changed now.") % {"state": state})
    if all(contribution.data.get(name) == value for name, value in raw.items()):
        return contribution
    if contribution.version != version:
        raise ConflictError(
            _(
                "This draft was saved in another window at %(time)s. What you typed here is still below; "
                "compare, then save again to keep it."
            )
            % {"time": date_format(timezone.localtime(contribution.saved_at), "TIME_FORMAT")}
        )
    contribution.data = {**contribution.data, **raw}
    title = " ".join(str(contribution.data.get("title", "")).split())
    contribution.title = title[:255]
    chosen = contribution.data.get("language")
    contribution.language = chosen if chosen in CODES else contribution.language
    contribution.version += 1
    contribution.saved_at = timezone.now()
    contribution.save(update_fields=["data", "title", "language", "version", "saved_at"])
    return contribution


@transaction.atomic
def discard(*, user: "User", key: int) -> None:
    """Delete a draft that was never submitted, with its files. Raises RefusedError for anything else."""
    contribution = own(user, key, lock=True)
    if contribution.state != State.DRAFT or contribution.submitted_at is not None:
        raise RefusedError(_("Only drafts that were never submitted can be discarded; you can withdraw this one."))
    for held in contribution.files.all():
        _forget(held)
    contribution.delete()


def _forget(held: ContributionFile) -> None:
    name, storage = str(held.file.name), held.file.storage
    held.delete()
    # The file goes when the row is really gone; a rollback keeps both.
    transaction.on_commit(lambda: storage.delete(name))


def add_file(
    *, user: "User", key: int, kind: str, upload: "UploadedFile[Any]", credit: str = "", alternative: str = ""
) -> ContributionFile:
    """Add a checked file, or a picture drawn anew, to a draft; the same file sent twice is one file.

    Raises ValidationError when the file is not taken, with what helps.
    """
    if kind == ContributionFile.Kind.PHOTO:
        clean: Any = redraw_picture(upload)
    else:
        check_document(upload)
        clean = upload
    clean.seek(0)
    digest = hashlib.sha256(clean.read()).hexdigest()
    clean.seek(0)
    with transaction.atomic():
        contribution = own(user, key, lock=True)
        if contribution.state not in EDITABLE:
            raise RefusedError(_("Files can be added only while you are writing."))
        known = contribution.files.filter(kind=kind, digest=digest).first()
        if known is not None:
            return known
        _demand_space(contribution, kind, clean.size)
        return _store(contribution, kind, clean, digest, credit, alternative)


def _demand_space(contribution: Contribution, kind: str, size: int) -> None:
    held = list(contribution.files.all())
    if kind == ContributionFile.Kind.PHOTO:
        for former in (row for row in held if row.kind == kind):
            _forget(former)
        return
    if len([row for row in held if row.kind == kind]) >= MOST_FILES:
        raise RefusedError(_("A contribution takes at most %(count)d files. Remove one first.") % {"count": MOST_FILES})
    if sum(row.size for row in held) + size > MOST_BYTES:
        raise RefusedError(_("The files are too large together: at most %(size)d MB.") % {"size": MOST_BYTES // 2**20})


def _store(
    contribution: Contribution, kind: str, clean: Any, digest: str, credit: str, alternative: str
) -> ContributionFile:
    row = ContributionFile(
        contribution=contribution,
        kind=kind,
        name=str(clean.name)[-200:],
        size=clean.size,
        digest=digest,
        credit=credit[:200],
        alternative=alternative[:200],
    )
    row.file.save(str(clean.name), clean, save=False)
    name, storage = str(row.file.name), row.file.storage
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        storage.delete(name)
        return contribution.files.get(kind=kind, digest=digest)
    contribution.saved_at = timezone.now()
    contribution.save(update_fields=["saved_at"])
    return row


@transaction.atomic
def remove_file(*, user: "User", key: int, file_key: int) -> None:
    """Take a file off a draft. Raises ContributionFile.DoesNotExist, or RefusedError when the draft is closed."""
    contribution = own(user, key, lock=True)
    if contribution.state not in EDITABLE:
        raise RefusedError(_("Files can be removed only while you are writing."))
    row = contribution.files.get(pk=file_key)
    _take_off(contribution, row, user)
    _forget(row)


def _take_off(contribution: Contribution, row: ContributionFile, user: "User") -> None:
    """Take a file that was submitted before off the latest version; what is public stays as it is."""
    if row.became is None or contribution.item is None:
        return
    item = contribution.item.get_latest_revision_as_object()
    if contribution.kind.detach(item, row):
        if not item.live:
            item.save()
        item.save_revision(user=user, log_action=True)


@transaction.atomic
def describe_file(*, user: "User", key: int, file_key: int, alternative: str, credit: str) -> ContributionFile:
    """Write down what a picture shows and whose it is.

    Raises ContributionFile.DoesNotExist, or RefusedError when the draft is closed.
    """
    contribution = own(user, key, lock=True)
    if contribution.state not in EDITABLE:
        raise RefusedError(_("Files can be changed only while you are writing."))
    row: ContributionFile = contribution.files.get(pk=file_key)
    texts = {"alternative": one_line(clean_text(alternative))[:200], "credit": one_line(clean_text(credit))[:200]}
    if texts != {"alternative": row.alternative, "credit": row.credit}:
        row.alternative, row.credit = texts["alternative"], texts["credit"]
        row.save(update_fields=["alternative", "credit"])
        contribution.kind.describe(row)
    return row
