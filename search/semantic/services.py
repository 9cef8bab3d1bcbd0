"""What items and questions mean: vectors from the cache, those still missing worked out by the worker."""

import hashlib
import logging
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
from django.db import models, transaction

from core.detection import detect
from search.models import Embedding, PendingEmbedding
from search.registry import get_type, split_uid
from search.semantic import means
from search.semantic.embedder import Embedder, EmbedderUnavailableError, get_embedder, give_up
from search.semantic.vectors import Row, centred, normalised, packed
from search.types import SearchDocument

logger = logging.getLogger(__name__)

BATCH: Final = 32
_KEYS_AT_ONCE: Final = 5_000
#: A text that can't be worked out this often is left without a vector until its item changes.
MAX_ATTEMPTS: Final = 3
#: About 100 words' worth: the time grows with the length, and titles and summaries say what an item is about.
_LONGEST_PASSAGE: Final = 600
_LONGEST_QUERY: Final = 500
#: What the mean of a text's sentences counts beside the text as a whole: a single sentence is often what is sought.
_SENTENCES_WEIGHT: Final = 3.0
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;…]) ")


def available() -> bool:
    """Tell whether search by meaning can be had in this process."""
    return get_embedder() is not None


# --- of items -----------------------------------------------------------------------------------------------------
def meaning_text(document: SearchDocument) -> str:
    """Return the line that stands for an item: title and summary (for want of one the text) in its own language."""
    title, rest = _line(document.title), _line(document.summary or document.body[: 2 * _LONGEST_PASSAGE])
    separator = "" if not title or not rest else " " if title[-1] in ".!?:;…" else ". "
    text = f"{title}{separator}{rest}"
    if len(text) <= _LONGEST_PASSAGE:
        return text
    cut = text[:_LONGEST_PASSAGE]
    return cut[: cut.rfind(" ")] if " " in cut else cut


def meaning_of(embedder: Embedder, text: str, language: str) -> Row:
    """Return the centred vector of an item's line: of the whole and of its sentences (the title is the first)."""
    sentences = _SENTENCE_END.split(text)
    texts = [text, *sentences] if len(sentences) > 1 else [text]
    mean = means.mean_of(language, "passage")
    whole, *parts = (centred(row, mean) for row in embedder.passages(texts))
    return normalised(whole + _SENTENCES_WEIGHT * np.mean(parts, axis=0, dtype=np.float32)) if parts else whole


def _line(text: str) -> str:
    return " ".join(text.split())


def digest(name: str, language: str, text: str) -> str:
    """Return the key of a text's vector: the same text in the same language, from the same embedder."""
    return hashlib.sha256(f"{name}\n{language}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def name_of(embedder: Embedder) -> str:
    """Return what tells apart vectors that can't be compared: the model and what was made of its vectors."""
    return f"{embedder.name}-sentences-{means.version()}"


def with_vectors(documents: Sequence[SearchDocument]) -> list[SearchDocument]:
    """Return ``documents`` with the vectors already known; the worker is woken for the others."""
    embedder = get_embedder()
    if embedder is None:
        return list(documents)
    name = name_of(embedder)
    keys = {document.uid: key for document in documents if (key := _key(name, document))}
    known = _known(name, keys.values())
    # In a fixed order, so that two workers never wait for each other crosswise.
    waiting = sorted(uid for uid, key in keys.items() if key not in known)
    if waiting:
        # Of a row that waits already the time moves on: whoever is at it now may have seen the item as it was.
        PendingEmbedding.objects.bulk_create(
            [PendingEmbedding(uid=uid) for uid in waiting],
            update_conflicts=True,
            unique_fields=["uid"],
            update_fields=["attempts", "created"],
        )
        transaction.on_commit(_wake, robust=True)
    return [replace(document, vector=known.get(keys.get(document.uid, ""), b"")) for document in documents]


def known_vectors(documents: Sequence[SearchDocument]) -> dict[str, bytes]:
    """Return uid → vector of those ``documents`` whose vector is known; nothing is worked out."""
    embedder = get_embedder()
    if embedder is None:
        return {}
    name = name_of(embedder)
    keys = {document.uid: key for document in documents if (key := _key(name, document))}
    known = _known(name, keys.values())
    return {uid: known[key] for uid, key in keys.items() if key in known}


def keys_of_bare(documents: Iterable[SearchDocument]) -> dict[str, str]:
    """Return uid → key of the vector of those ``documents`` that have none yet, though they could."""
    embedder = get_embedder()
    bare = [document for document in documents if not document.vector] if embedder is not None else []
    if embedder is None or not bare:
        return {}
    name = name_of(embedder)
    return {document.uid: key for document in bare if (key := _key(name, document))}


def worked_out_since(keys: Mapping[str, str]) -> list[str]:
    """Return the uids of ``keys`` whose vector is known by now.

    Whoever has just written these items without it may have overwritten what the worker sent to the index with it:
    the version is the same.
    """
    embedder = get_embedder()
    if embedder is None or not keys:
        return []
    name, wanted = name_of(embedder), sorted(set(keys.values()))
    known: set[str] = set()
    for start in range(0, len(wanted), _KEYS_AT_ONCE):
        rows = Embedding.objects.filter(embedder=name, digest__in=wanted[start : start + _KEYS_AT_ONCE])
        known.update(rows.values_list("digest", flat=True))
    return [uid for uid, key in keys.items() if key in known]


def _key(name: str, document: SearchDocument) -> str:
    text = meaning_text(document)
    return digest(name, document.language, text) if text else ""


def _known(name: str, keys: Iterable[str]) -> dict[str, bytes]:
    rows = Embedding.objects.filter(embedder=name, digest__in=set(keys)).values_list("digest", "vector")
    return {key: bytes(vector) for key, vector in rows}


def _wake() -> None:
    from search.tasks import embed_pending as task

    try:
        task.apply_async(ignore_result=True, retry=False)
    except Exception:
        # The broker is down; the rows are safe in the database and wait for the next change that wakes the worker.
        logger.exception("The search worker could not be woken; items wait for their vectors.")


# --- in the worker ------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Batch:
    """Waiting items: the documents they are now, those to be tried again, and the vectors worked out."""

    documents: list[SearchDocument] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    made: dict[str, Row] = field(default_factory=dict)


def embed_pending(limit: int = BATCH) -> int:
    """Work out the vectors of at most ``limit`` waiting items and send these to the index again.

    Returns how many no longer wait. May be killed at any moment and run side by side: rows go in the transaction
    that keeps the vectors, and two workers at the same item do the same work twice.
    """
    embedder = get_embedder()
    if embedder is None:
        return 0
    # Drawn from those in front, so that workers side by side seldom take the same.
    front = list(PendingEmbedding.objects.order_by("attempts", "id")[: 4 * limit])
    rows = random.sample(front, min(limit, len(front)))
    if not rows:
        return 0
    batch = _look_up(rows)
    name = name_of(embedder)
    keys = {document.uid: key for document in batch.documents if (key := _key(name, document))}
    known = _known(name, keys.values())
    try:
        for document in batch.documents:
            key = keys.get(document.uid, "")
            if key and key not in known and key not in batch.made:
                _work_out(embedder, document, key, batch)
    except EmbedderUnavailableError as problem:
        # No fault of the texts: the rows wait for a worker that has the model.
        give_up(problem)
        return 0
    return _settle(name, rows, keys, batch)


def _look_up(rows: Sequence[PendingEmbedding]) -> _Batch:
    """Return the items as anyone may see them now; those that nobody may see are in neither list."""
    batch = _Batch()
    keys: dict[str, list[int]] = {}
    for row in rows:
        found = split_uid(row.uid)
        if found is not None:
            keys.setdefault(found[0].code, []).append(found[1])
    for code, numbers in keys.items():
        indexed = get_type(code)
        assert indexed is not None  # noqa: S101 - split_uid has just found it
        items: Iterable[Any] = indexed.published().filter(pk__in=numbers)
        for item in items:
            try:
                batch.documents.append(indexed.document(item))
            except Exception as problem:
                logger.exception("%s could not be turned into a search document.", indexed.uid(item.pk))
                batch.failed[indexed.uid(item.pk)] = f"{type(problem).__name__}: {problem}"
    return batch


def _work_out(embedder: Embedder, document: SearchDocument, key: str, batch: _Batch) -> None:
    """Add the vector of a document to ``batch``; what goes wrong concerns it alone."""
    try:
        batch.made[key] = meaning_of(embedder, meaning_text(document), document.language)
    except EmbedderUnavailableError:
        raise
    except Exception as problem:
        logger.exception("No vector could be worked out for %s.", document.uid)
        batch.failed[document.uid] = f"{type(problem).__name__}: {problem}"


def _settle(name: str, rows: Sequence[PendingEmbedding], keys: dict[str, str], batch: _Batch) -> int:
    """Keep the vectors, send their items to the index and take the rows away, all or nothing."""
    from search.services import enqueue_uids

    done = [row for row in rows if row.uid not in batch.failed]
    given_up = [row for row in rows if row.uid in batch.failed and row.attempts + 1 >= MAX_ATTEMPTS]
    # Noted again meanwhile: the item has changed since it was looked at, and waits on.
    unchanged = PendingEmbedding.objects.filter(created__lte=max(row.created for row in rows))
    with transaction.atomic():
        Embedding.objects.bulk_create(
            [Embedding(digest=key, embedder=name, vector=packed(row)) for key, row in batch.made.items()],
            ignore_conflicts=True,
        )
        enqueue_uids(uid for uid in keys if uid not in batch.failed)
        unchanged.filter(pk__in=[row.pk for row in [*done, *given_up]]).delete()
        tried = unchanged.filter(uid__in=batch.failed)
        tried.update(attempts=models.F("attempts") + 1)
    for row in given_up:
        logger.error("%s stays without a vector: %s", row.uid, batch.failed[row.uid])
    return len(done) + len(given_up)


# --- of questions -------------------------------------------------------------------------------------------------
def query_vector(text: str, languages: tuple[str, ...]) -> bytes:
    """Return the vector of a question, in the language it is most likely in: its own, or the first of ``languages``.

    Taken for another one it is hardly worse off, and those it is confused with are alike: so no sureness is asked.

    Empty when there is no text, no embedder, or the embedder fails: the search then goes by words.
    """
    embedder = get_embedder()
    text = _line(text[:_LONGEST_QUERY])
    if embedder is None or not text:
        return b""
    try:
        return _query_vector(name_of(embedder), text, detect(text)[0] or (languages or ("en",))[0])
    except EmbedderUnavailableError as problem:
        give_up(problem)
    except Exception:
        logger.exception("What was searched for could not be turned into a vector; the search goes by words.")
    return b""


@lru_cache(maxsize=2_000)
def _query_vector(name: str, text: str, language: str) -> bytes:
    """Return the vector of a question; ``name`` keeps those of another model apart."""
    embedder = get_embedder()
    if embedder is None:
        message = "the embedder was switched off meanwhile"
        raise EmbedderUnavailableError(message)
    return packed(centred(embedder.query(text), means.mean_of(language, "query")))
