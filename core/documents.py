"""The text of uploaded files: read by the worker after the upload, kept beside the file, read again when it changes."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import F

from core.extraction import Extraction, TextProblem, extract_text

if TYPE_CHECKING:
    from core.models import PortalDocument

#: A file that has ended the worker that often is left alone.
MOST_ATTEMPTS: Final = 3
#: Files that one sweep hands to the worker.
BATCH: Final = 50


def on_document_saved(
    sender: Any, instance: "PortalDocument", update_fields: "frozenset[str] | None" = None, **kwargs: Any
) -> None:
    """Have the text read after the commit, where it waits to be read and this save is about the file."""
    from core.models import PortalDocument
    from core.tasks import read_document

    waits = instance.text_state == PortalDocument.TextState.PENDING
    if waits and (update_fields is None or "file" in update_fields or "text_state" in update_fields):
        # A broker that is away is no reason to refuse the upload: the sweep finds it.
        transaction.on_commit(partial(read_document.delay, instance.pk), robust=True)


def read_text(key: int) -> bool:
    """Read the text of the file with that key, where it waits to be read; returns whether it was. May run twice."""
    from core.models import PortalDocument

    waiting = PortalDocument.objects.filter(pk=key, text_state=PortalDocument.TextState.PENDING)
    # Counted before it is read: a file that ends its worker must not do so for ever.
    if not waiting.update(text_attempts=F("text_attempts") + 1):
        return False
    document = waiting.first()
    if document is None:
        return False
    found = Extraction("", TextProblem.TOO_SLOW)
    if document.text_attempts <= MOST_ATTEMPTS:
        found = extract_text(_path(document), document.file_extension.lower())
    # Only where the file is still the one that was read.
    still_the_same = waiting.filter(file=document.file.name, file_hash=document.file_hash)
    return bool(
        still_the_same.update(
            text=found.text,
            text_state=_state(found),
            text_problem=found.problem,
            text_of=document.file.name,
            text_attempts=0,
        )
    )


def _path(document: "PortalDocument") -> Path:
    # The storages of `STORAGE_URL` are folders.
    return Path(document.file.path) if document.file else Path("missing")


def _state(found: Extraction) -> str:
    from core.models import PortalDocument

    if not found.problem:
        return PortalDocument.TextState.DONE
    nothing_there = found.problem in {TextProblem.NO_TEXT, TextProblem.UNSUPPORTED}
    return PortalDocument.TextState.NONE if nothing_there else PortalDocument.TextState.FAILED


def waiting_documents() -> list[int]:
    """Return the keys of some files whose text has not been read yet, the oldest first."""
    from core.models import PortalDocument

    waiting = PortalDocument.objects.filter(text_state=PortalDocument.TextState.PENDING)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])
