"""Documents on their way into the index: bulk requests, by version, none held up by a bad one."""

import base64
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from elasticsearch import ApiError, Elasticsearch

from core.sorting import sort_key
from search.analysis import fold, title_key
from search.analysis.words import MAX_WORD, words
from search.backends.base import SearchUnavailableError
from search.backends.content import clean, clean_leaves, payload
from search.backends.elastic.connection import answered
from search.backends.elastic.mapping import group
from search.backends.tokens import MAX_BODY_CHARACTERS, document_tokens
from search.types import BulkReport, SearchDocument

logger = logging.getLogger(__name__)

#: Bytes of one bulk request; Elasticsearch itself refuses 100 MB.
_BULK_BYTES: Final = 4_000_000
_TRIES: Final = 5
_FIRST_PAUSE: Final = 0.5
#: The greatest version that fits twice into the server's own number.
_GREATEST_VERSION: Final = 2**62 - 1
_PASSAGE_FROM: Final = 20_000
_TOO_LARGE: Final = 413
_CONFLICT: Final = 409
_BUSY: Final = frozenset({429, 503})
#: An item that gets one of these is as good as any other: the index is blocked, closed or gone.
_NOT_ITS_FAULT: Final = frozenset({401, 403, 404})
_CLOSED: Final = "index_closed_exception"


@dataclass(frozen=True, slots=True)
class Operation:
    """One line or two of a bulk request, for every index that is written to."""

    uid: str
    lines: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes, nearly."""
        return sum(len(line) for line in self.lines)


@dataclass(slots=True)
class Outcome:
    """What became of the operations of a bulk request, by uid."""

    done: dict[str, None] = field(default_factory=dict)
    stale: dict[str, None] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def report(self) -> BulkReport:
        """Return it as the port wants it: what failed anywhere has failed."""
        failed = tuple(self.failed.items())
        done = tuple(uid for uid in self.done if uid not in self.failed)
        return BulkReport(done, tuple(uid for uid in self.stale if uid not in self.failed and uid not in done), failed)


def external_version(version: int, *, deleted: bool = False) -> int:
    """Return the server's version: a deletion counts as newer than the document of the same version.

    Raises ValueError when the number is beyond what the server can hold.
    """
    if not 0 <= version <= _GREATEST_VERSION:
        message = f"the version {version} is beyond what the index can hold"
        raise ValueError(message)
    return 2 * version + deleted


def source(document: SearchDocument) -> dict[str, Any]:
    """Return the fields of ``document`` as the mapping names them."""
    tokens = document_tokens(document)
    found: dict[str, Any] = {group(namespace): texts for namespace, texts in tokens.by_namespace().items()}
    stored = payload(document)
    stored["body"] = document.body[:_PASSAGE_FROM]
    found |= {
        "uid": document.uid,
        "type": document.type,
        "version": document.version,
        "language": document.language,
        "title_sort": clean(sort_key(document.title))[:500],
        "title_keys": [key for key in (title_key(document.title), title_key(document.english_title)) if key],
        "grams": tokens.grams,
        "words": _written_words(document),
        "facets": {name: list(dict.fromkeys(codes)) for name, codes in document.facet_values().items() if codes},
        "dates": {name: value.isoformat() for name, value in document.dates.items()},
        "periods": {
            name: {"gte": first.isoformat(), "lte": last.isoformat()}
            for name, (first, last) in document.periods.items()
        },
    }
    if document.ends is not None:
        found["ends"] = document.ends.isoformat()
    # Tokens hold nothing but letters and digits; what was written by people may hold anything.
    found["payload"] = clean_leaves(stored)
    found["facets"] = clean_leaves(found["facets"])
    if document.vector:
        found["vector"] = np.frombuffer(document.vector, dtype="<f2").astype(float).round(5).tolist()
        found["payload"]["vector"] = base64.b64encode(document.vector).decode()
    return found


def _written_words(document: SearchDocument) -> str:
    """Return the words of titles, summaries and terms as they are written: what a misspelt word may have meant."""
    texts = (document.title, document.english_title, document.summary, document.english_summary)
    found = dict.fromkeys(
        word.text
        for text in (*texts, *document.labels.values())
        for word in words(text[:MAX_BODY_CHARACTERS])
        if len(word.text) < MAX_WORD and not word.text.isdecimal() and fold(word.text)
    )
    return clean(" ".join(found))


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def indexing(documents: Sequence[SearchDocument], indices: Sequence[str], outcome: Outcome) -> list[Operation]:
    """Return what puts ``documents`` into ``indices``; what can't be turned into JSON has failed already."""
    operations = []
    for document in documents:
        try:
            version = external_version(document.version)
            body = _line(source(document))
        except Exception as problem:
            # Whatever it is, it is this document's own: neither a fault of the server nor a reason to stop.
            logger.exception("%s could not be turned into fields of the index.", document.uid)
            outcome.failed[document.uid] = f"{type(problem).__name__}: {problem}"
            continue
        for index in indices:
            action = {"_index": index, "_id": document.uid, "version": version, "version_type": "external_gte"}
            operations.append(Operation(document.uid, (_line({"index": action}), body)))
    return operations


def deleting(uid: str, version: int, indices: Sequence[str]) -> list[Operation]:
    """Return what takes a document out of ``indices`` and has them remember its version."""
    numbered = external_version(version, deleted=True)
    common = {"_id": uid, "version": numbered, "version_type": "external_gte"}
    return [Operation(uid, (_line({"delete": {"_index": index, **common}}),)) for index in indices]


def send(
    client: Elasticsearch,
    operations: Sequence[Operation],
    outcome: Outcome,
    *,
    refresh: bool,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Carry out ``operations`` in requests of bounded size and note in ``outcome`` what became of each.

    A request that is too large is halved, a server that is busy is asked again after a while, items it was too busy
    for alone. Raises SearchUnavailableError when it stays busy; what was not done is not in ``outcome`` then.
    """
    batch: list[Operation] = []
    size = 0
    for operation in operations:
        if batch and size + operation.size > _BULK_BYTES:
            _send_batch(client, batch, outcome, refresh, pause)
            batch, size = [], 0
        batch.append(operation)
        size += operation.size
    if batch:
        _send_batch(client, batch, outcome, refresh, pause)


def _send_batch(
    client: Elasticsearch,
    batch: Sequence[Operation],
    outcome: Outcome,
    refresh: bool,  # noqa: FBT001 - private, and always the same
    pause: Callable[[float], None],
) -> None:
    waiting = list(batch)
    for attempt in range(_TRIES):
        if attempt:
            pause(_FIRST_PAUSE * 2 ** (attempt - 1))
        # The client takes ready-made lines as well as objects, though its types say otherwise.
        lines: list[Any] = [line for operation in waiting for line in operation.lines]
        try:
            answer = client.bulk(operations=lines, refresh=refresh)
        except ApiError as problem:
            status = problem.meta.status
            if status in _BUSY:
                continue
            if len(waiting) > 1 and (status == _TOO_LARGE or (400 <= status < 500 and status not in {401, 403, 404})):
                middle = len(waiting) // 2
                _send_batch(client, waiting[:middle], outcome, refresh, pause)
                _send_batch(client, waiting[middle:], outcome, refresh, pause)
                return
            if len(waiting) == 1 and status in {400, _TOO_LARGE}:
                outcome.failed[waiting[0].uid] = f"status {status}: {problem.message}"
                return
            raise
        with answered():
            waiting = _noted(waiting, answer["items"], outcome)
        if not waiting:
            return
    message = "the server is too busy"
    raise SearchUnavailableError(message)


def _noted(sent: Sequence[Operation], items: Sequence[dict[str, Any]], outcome: Outcome) -> list[Operation]:
    """Note what became of each operation; return those the server was too busy for.

    Raises SearchUnavailableError when an index takes nothing at all.
    """
    again = []
    for operation, item in zip(sent, items, strict=True):
        told = next(iter(item.values()))
        status = told["status"]
        if status == _CONFLICT:
            outcome.stale[operation.uid] = None
        elif status in _BUSY:
            again.append(operation)
        elif "error" in told:
            outcome.failed[operation.uid] = _refusal(status, told["error"])
        else:
            outcome.done[operation.uid] = None
    return again


def _refusal(status: int, error: Any) -> str:
    """Return why a document was refused; raises SearchUnavailableError when any other would have been."""
    told = error if isinstance(error, dict) else {"reason": error}
    reason, cause = told.get("reason", ""), told.get("caused_by", {}).get("reason", "")
    message = f"status {status}: {reason} {cause}".strip()
    if status in _NOT_ITS_FAULT or told.get("type") == _CLOSED:
        raise SearchUnavailableError(message)
    return message
