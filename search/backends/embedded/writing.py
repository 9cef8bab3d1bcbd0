"""How documents get into the embedded index: by version, in batches, none held up by a bad one."""

import datetime as dt
import json
import secrets
from collections.abc import Sequence
from typing import Final

from django.db import Error, transaction
from django.db.models import F

from core.sorting import sort_key
from search.analysis import fold, title_key
from search.analysis.words import MAX_WORD, words
from search.backends.content import clean, clean_leaves, payload
from search.backends.embedded.fulltext import store_for
from search.backends.embedded.snapshot import ENDS, FIRST_OF, LAST_OF
from search.backends.tokens import MAX_BODY_CHARACTERS, DocumentTokens, analysis_version, document_tokens
from search.models import IndexChange, IndexedDocument, IndexedWord, IndexState
from search.types import BulkReport, DateValue, SearchDocument

#: How far back a process may be and still catch up change by change.
_CHANGES_KEPT: Final = 1_000
_WRITTEN: Final = (
    "type",
    "version",
    "language",
    "deleted",
    "sequence",
    "title_key",
    "english_title_key",
    "title_sort",
    "facets",
    "dates",
    "payload",
    "body",
    "vector",
)


def next_sequence(alias: str) -> int:
    """Draw the number of the next change, and hold other writers back until this transaction ends."""
    token = secrets.token_hex(16)
    states = IndexState.objects.using(alias)
    if not states.filter(pk=1).update(sequence=F("sequence") + 1, token=token):
        states.get_or_create(pk=1, defaults={"sequence": 0, "token": "", "analysis": analysis_version()})
        states.filter(pk=1).update(sequence=F("sequence") + 1, token=token)
    sequence: int = states.values_list("sequence", flat=True).get(pk=1)
    IndexChange.objects.using(alias).update_or_create(sequence=sequence, defaults={"token": token})
    if sequence % 100 == 0:
        IndexChange.objects.using(alias).filter(sequence__lt=sequence - _CHANGES_KEPT).delete()
    return sequence


def as_number(value: DateValue) -> float:
    """Return a date as days, with the time of day (UTC) as a fraction."""
    if isinstance(value, dt.datetime):
        moment = value.astimezone(dt.UTC) if value.tzinfo else value
        return moment.toordinal() + (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86_400
    return float(value.toordinal())


def stored(document: SearchDocument, sequence: int) -> IndexedDocument:
    """Return the row for ``document``."""
    facets = {name: list(dict.fromkeys(codes)) for name, codes in document.facet_values().items() if codes}
    return IndexedDocument(
        uid=document.uid,
        type=document.type,
        version=document.version,
        language=document.language,
        deleted=False,
        sequence=sequence,
        title_key=title_key(document.title),
        english_title_key=title_key(document.english_title),
        title_sort=clean(sort_key(document.title))[:500],
        facets=clean(json.dumps(facets, ensure_ascii=False)),
        dates=json.dumps(_numbers(document)),
        payload=json.dumps(clean_leaves(payload(document)), ensure_ascii=False),
        body=clean(document.body[:MAX_BODY_CHARACTERS]),
        vector=document.vector,
    )


def _numbers(document: SearchDocument) -> dict[str, float]:
    """Return everything about ``document`` that is a moment, as the snapshot keeps it."""
    numbers = {name: as_number(value) for name, value in document.dates.items()}
    for name, (first, last) in document.periods.items():
        numbers[FIRST_OF + name] = as_number(first)
        numbers[LAST_OF + name] = as_number(last)
    if document.ends is not None:
        numbers[ENDS] = as_number(document.ends)
    return numbers


def _written_words(documents: Sequence[SearchDocument]) -> list[IndexedWord]:
    """Return the words of titles, summaries and terms, once each."""
    found: dict[str, str] = {}
    for document in documents:
        texts = (document.title, document.english_title, document.summary, document.english_summary)
        for text in (*texts, *document.labels.values()):
            for word in words(clean(text)):
                if len(word.text) < MAX_WORD and not word.text.isdecimal() and (folded := fold(word.text)):
                    found.setdefault(folded, word.text)
    return [IndexedWord(folded=folded, word=word) for folded, word in sorted(found.items())]


def write_documents(alias: str, documents: Sequence[SearchDocument]) -> BulkReport:
    """Put ``documents`` into the index; see ``SearchBackend.index``."""
    ready: dict[str, tuple[SearchDocument, DocumentTokens, IndexedDocument]] = {}
    failed: list[tuple[str, str]] = []
    stale: list[str] = []
    for document in documents:
        earlier = ready.get(document.uid)
        if earlier is not None and earlier[0].version > document.version:
            stale.append(document.uid)
            continue
        try:
            ready[document.uid] = (document, document_tokens(document), stored(document, 0))
        except (TypeError, ValueError, AttributeError) as problem:
            failed.append((document.uid, f"{type(problem).__name__}: {problem}"))
    try:
        with transaction.atomic(using=alias):
            done, old = _write(alias, list(ready.values()))
    except (Error, OverflowError, ValueError) as problem:
        if len(ready) == 1:
            failed.append((next(iter(ready)), f"{type(problem).__name__}: {problem}"))
            return BulkReport((), tuple(stale), tuple(failed))
        return _one_by_one(alias, [entry[0] for entry in ready.values()], stale, failed)
    return BulkReport(tuple(done), tuple(stale + old), tuple(failed))


def _one_by_one(
    alias: str, documents: Sequence[SearchDocument], stale: list[str], failed: list[tuple[str, str]]
) -> BulkReport:
    """Write each document in a transaction of its own, so that the one the database refuses is alone in failing."""
    reports = [write_documents(alias, [document]) for document in documents]
    return BulkReport(
        tuple(uid for report in reports for uid in report.indexed),
        tuple(stale) + tuple(uid for report in reports for uid in report.stale),
        tuple(failed) + tuple(failure for report in reports for failure in report.failed),
    )


def _write(
    alias: str, entries: Sequence[tuple[SearchDocument, DocumentTokens, IndexedDocument]]
) -> tuple[list[str], list[str]]:
    if not entries:
        return [], []
    sequence = next_sequence(alias)
    rows = IndexedDocument.objects.using(alias)
    uids = [document.uid for document, _tokens, _row in entries]
    held = {
        uid: (version, deleted)
        for uid, version, deleted in rows.filter(uid__in=uids).values_list("uid", "version", "deleted")
    }
    done: list[str] = []
    old: list[str] = []
    writing: list[tuple[SearchDocument, DocumentTokens, IndexedDocument]] = []
    for document, tokens, row in entries:
        version, deleted = held.get(document.uid, (-1, False))
        # The same version again is welcome (a renamed term, a rebuild), but never what was deleted at that version.
        if document.version < version or (deleted and document.version == version):
            old.append(document.uid)
            continue
        row.sequence = sequence
        writing.append((document, tokens, row))
        done.append(document.uid)
    rows.bulk_create(
        [row for _document, _tokens, row in writing],
        update_conflicts=True,
        unique_fields=["uid"],
        update_fields=_WRITTEN,
    )
    keys = dict(rows.filter(uid__in=done).values_list("uid", "id"))
    store_for(alias).write([(keys[row.uid], tokens) for _document, tokens, row in writing])
    # One word at a time in a fixed order, so that two writers never wait for each other crosswise.
    IndexedWord.objects.using(alias).bulk_create(
        _written_words([document for document, _tokens, _row in writing]), ignore_conflicts=True, batch_size=1_000
    )
    return done, old


def write_absence(alias: str, uid: str, version: int) -> None:
    """Take a document out of which the index holds ``version``, without the memory that it was deleted.

    A rebuild has only not come across it: when it can be read again it comes back, though its version is the same.
    """
    with transaction.atomic(using=alias):
        if write_deletion(alias, uid, version):
            IndexedDocument.objects.using(alias).filter(uid=uid, deleted=True, version=version).update(version=0)


def write_deletion(alias: str, uid: str, version: int) -> bool:
    """Take a document out and keep its version; see ``SearchBackend.delete``."""
    with transaction.atomic(using=alias):
        sequence = next_sequence(alias)
        rows = IndexedDocument.objects.using(alias)
        held = rows.filter(uid=uid).values_list("id", "version").first()
        if held is None:
            rows.create(uid=uid, type="", version=version, language="", deleted=True, sequence=sequence)
            return True
        key, known = held
        if version < known:
            return False
        rows.filter(pk=key).update(
            version=version,
            deleted=True,
            sequence=sequence,
            title_key="",
            english_title_key="",
            title_sort="",
            facets="{}",
            dates="{}",
            payload="{}",
            body="",
            vector=b"",
        )
        store_for(alias).remove([key])
        return True
