"""The embedded engine: words from the database, everything else from bitmaps in memory."""

import heapq
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, transaction
from pyroaring import BitMap

from search.analysis import exact_words
from search.analysis.highlighting import Marker
from search.analysis.query import ParsedQuery, parse_query
from search.backends.embedded import writing
from search.backends.embedded.alternatives import alternatives
from search.backends.embedded.fulltext import rarity, store_for
from search.backends.embedded.snapshot import Snapshot, current
from search.backends.embedded.words import Found, find
from search.backends.tokens import EXACT, mark
from search.models import IndexChange, IndexedDocument, IndexState
from search.types import BulkReport, Hit, SearchDocument, SearchRequest, SearchResponse, Sort, Suggestion

#: Beyond this many matches only those in the title are scored; the rest follow by date.
SCORED_AT_MOST: Final = 5_000
#: Fewer documents than this are sorted; more are picked from the order of all.
SORTED_BELOW: Final = 500
_PASSAGE_FROM: Final = 20_000
_RELATED_CANDIDATES: Final = 600
#: How much a shared value tells beyond its rarity.
_RELATED_WEIGHTS: Final = {
    "topic": 3.0,
    "theme": 1.0,
    "target_group": 1.5,
    "country": 0.7,
    "type": 0.3,
    "language": 0.2,
}


@dataclass(frozen=True, slots=True)
class _Narrowed:
    """The matches under the preset and dates, and the bitmap of each chosen facet."""

    base: BitMap
    chosen: dict[str, BitMap]

    def all_but(self, facet: str = "") -> BitMap:
        """Return the matches under every choice except the one in ``facet``."""
        result = self.base
        for name, ids in self.chosen.items():
            if name != facet:
                result = result & ids
        return result


class EmbeddedBackend:
    """A ``SearchBackend`` on Django's own database: SQLite or PostgreSQL."""

    name = "embedded"

    def __init__(self, alias: str = DEFAULT_DB_ALIAS) -> None:
        self._alias = alias

    # --- writing ----------------------------------------------------------------------------------------------
    def index(self, documents: Sequence[SearchDocument]) -> BulkReport:
        """Put ``documents`` into the index; one that can't be indexed is reported and blocks no other."""
        return writing.write_documents(self._alias, documents)

    def delete(self, uid: str, version: int) -> bool:
        """Take a document out and remember its ``version``; False when the index holds a newer one."""
        return writing.write_deletion(self._alias, uid, version)

    def versions(self) -> Iterator[tuple[str, int]]:
        """Yield uid and version of every document in the index, in the order of the uids."""
        rows = IndexedDocument.objects.using(self._alias).filter(deleted=False).values_list("uid", "version")
        yield from sorted(rows)

    def rebuild(self, batches: Iterable[Sequence[SearchDocument]]) -> BulkReport:
        """Fill the index with ``batches`` and drop whatever they do not hold; searches go on meanwhile."""
        start = IndexState.objects.using(self._alias).filter(pk=1).values_list("sequence", flat=True).first() or 0
        reports = [self.index(batch) for batch in batches]
        kept = {uid for report in reports for uid in (*report.indexed, *report.stale)}
        rows = IndexedDocument.objects.using(self._alias).filter(deleted=False, sequence__lte=start)
        # What the outbox wrote meanwhile has a later sequence and stays.
        for uid, version in list(rows.values_list("uid", "version")):
            if uid not in kept:
                self.delete(uid, version)
        store_for(self._alias).tidy()
        return BulkReport(
            tuple(uid for report in reports for uid in report.indexed),
            tuple(uid for report in reports for uid in report.stale),
            tuple(failure for report in reports for failure in report.failed),
        )

    def clear(self) -> None:
        """Forget every document and every deletion."""
        with transaction.atomic(using=self._alias):
            writing.next_sequence(self._alias)
            IndexedDocument.objects.using(self._alias).all().delete()
            IndexChange.objects.using(self._alias).all().delete()
            store_for(self._alias).clear()

    # --- reading ----------------------------------------------------------------------------------------------
    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer ``request`` with at most four queries, one more for words that nothing holds."""
        snapshot = current(self._alias)
        query = parse_query(request.text, tuple({request.interface_language, "en"}))
        found = find(snapshot, store_for(self._alias), query)
        narrowed = _narrow(snapshot, request, found.ids)
        result = narrowed.all_but()
        counts = {facet: snapshot.counts(facet, narrowed.all_but(facet)) for facet in request.facets}
        page = self._page(snapshot, request, query, found, result)
        return SearchResponse(
            total=len(result),
            hits=self._hits(page, query, request.highlight),
            facets=counts,
            relaxed=found.relaxed,
            alternatives=() if result else alternatives(snapshot, request, found, _narrow),
        )

    def _page(
        self, snapshot: Snapshot, request: SearchRequest, query: ParsedQuery, found: Found, result: BitMap
    ) -> list[tuple[int, float]]:
        """Return the ids of the page with their scores, in order."""
        start = (max(request.page, 1) - 1) * request.page_size
        end = start + request.page_size
        if start >= len(result):
            return []
        if request.date_sort is not None:
            name, descending = request.date_sort.date, request.date_sort.descending
            return [(key, 0.0) for key in _first(result, _date_key(snapshot, name, descending=descending), end)[start:]]
        if request.sort is Sort.TITLE:
            return [
                (key, 0.0) for key in _ordered(result, snapshot.title_order, lambda: snapshot.by_title, end)[start:]
            ]
        if request.sort is Sort.NEWEST or not found.clauses:
            return [
                (key, 0.0) for key in _ordered(result, snapshot.newest_key, lambda: snapshot.by_newest, end)[start:]
            ]
        scores = self._scores(snapshot, found, result)
        exact = BitMap(snapshot.titles.get(query.title_key, ()))

        def relevance(key: int) -> tuple[bool, float, tuple[float, str]]:
            return key not in exact, -round(scores.get(key, 0.0), 6), snapshot.newest_key(key)

        told = (BitMap(scores) | exact) & result
        ordered = _first(told, relevance, end)
        if len(ordered) < end:
            rest = result - told
            ordered += _ordered(rest, snapshot.newest_key, lambda: snapshot.by_newest, end - len(ordered))
        return [(key, scores.get(key, 0.0)) for key in ordered[start:]]

    def _scores(self, snapshot: Snapshot, found: Found, result: BitMap) -> dict[int, float]:
        total = len(snapshot.rows)
        weighed = [(clause, rarity(total, len(snapshot.clauses.get(clause, ())))) for clause in found.clauses]
        in_titles = len(result) > SCORED_AT_MOST
        return store_for(self._alias).scores(
            weighed, None if in_titles else list(result), every=found.every, in_titles=in_titles
        )

    def _hits(self, page: Sequence[tuple[int, float]], query: ParsedQuery, highlight: bool) -> tuple[Hit, ...]:  # noqa: FBT001
        fields = ("id", "uid", "type", "version", "language", "payload")
        columns = (*fields, "body") if highlight and not query.empty else fields
        rows = IndexedDocument.objects.using(self._alias).filter(pk__in=[key for key, _score in page], deleted=False)
        stored = {row["id"]: row for row in rows.values(*columns)} if page else {}
        marker = Marker(query) if highlight and not query.empty else None
        return tuple(_hit(stored[key], score, marker) for key, score in page if key in stored)

    def suggest(self, prefix: str, language: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Return titles with words that begin like the words of ``prefix``, those in ``language`` first."""
        typed = exact_words(prefix[:200])[:8]
        if not typed:
            return ()
        keys = store_for(self._alias).prefixed([mark(EXACT, word) for word in typed], 200)
        rows = IndexedDocument.objects.using(self._alias).filter(pk__in=keys, deleted=False)
        ordered = sorted(
            rows.values_list("uid", "type", "language", "title_key", "payload"),
            key=lambda row: (row[2] != language, not row[3].startswith(typed[0]), len(row[3]), row[0]),
        )
        found = ((row, json.loads(row[4])) for row in ordered[:size])
        return tuple(Suggestion(row[0], row[1], row[2], payload["title"], payload["path"]) for row, payload in found)

    def related(self, uid: str, size: int = 3) -> tuple[Hit, ...]:
        """Return the documents that share most topics, groups, places and title words with ``uid``, never itself."""
        snapshot = current(self._alias)
        key = snapshot.ids.get(uid)
        if key is None or size < 1:
            return ()
        scores: defaultdict[int, float] = defaultdict(float)
        shared = [(facet, code) for facet, code in snapshot.codes_of(key) if facet in _RELATED_WEIGHTS]
        total = len(snapshot.rows)
        shared.sort(key=lambda pair: len(snapshot.facets[pair[0]][pair[1]]))
        for facet, code in shared:
            ids = snapshot.facets[facet][code]
            weight = _RELATED_WEIGHTS[facet] * rarity(total, len(ids))
            candidates = ids if len(scores) < _RELATED_CANDIDATES else ids & BitMap(scores)
            for other in candidates[:_RELATED_CANDIDATES]:
                scores[other] += weight
        scores.pop(key, None)
        # Only those that reach the last place's score are compared by date: most candidates share one topic at best.
        least = min(heapq.nlargest(size, scores.values()), default=0)
        finalists = [other for other, score in scores.items() if score >= least]
        best = heapq.nsmallest(size, finalists, key=lambda other: (-scores[other], snapshot.newest_key(other)))
        return self._hits([(other, scores[other]) for other in best], ParsedQuery(), highlight=False)


def _narrow(snapshot: Snapshot, request: SearchRequest, found: BitMap) -> _Narrowed:
    base = found
    if request.types:
        base = base & snapshot.chosen("type", request.types)
    for facet, codes in request.preset.items():
        base = base & snapshot.chosen(facet, codes)
    if request.date_from or request.date_to:
        base = base & snapshot.between(request.date_from, request.date_to)
    chosen = {facet: snapshot.chosen(facet, codes) for facet, codes in request.filters.items() if codes}
    return _Narrowed(base, chosen)


def _first(ids: BitMap, key: Callable[[int], Any], count: int) -> list[int]:
    """Return the first ``count`` of ``ids`` by ``key``, sorting no more than needed."""
    return heapq.nsmallest(count, ids, key=key) if count * 8 < len(ids) else sorted(ids, key=key)[:count]


def _ordered(ids: BitMap, key: Callable[[int], Any], everything: Callable[[], list[int]], count: int) -> list[int]:
    """Return the first ``count`` of ``ids``: few are sorted, many are picked from the order of all."""
    if len(ids) < SORTED_BELOW:
        return sorted(ids, key=key)[:count]
    picked: list[int] = []
    for candidate in everything():
        if candidate in ids:
            picked.append(candidate)
            if len(picked) == count:
                break
    return picked


def _date_key(snapshot: Snapshot, name: str, *, descending: bool) -> Callable[[int], tuple[bool, float, str]]:
    def key(candidate: int) -> tuple[bool, float, str]:
        row = snapshot.rows[candidate]
        value = row.dates.get(name)
        if value is None:
            return True, 0.0, row.uid
        return False, -value if descending else value, row.uid

    return key


def _hit(row: dict[str, Any], score: float, marker: Marker | None) -> Hit:
    payload = json.loads(row["payload"])
    language = row["language"]
    marked: dict[str, str] = {}
    if marker is not None:
        marked = {
            "title_html": marker.mark(payload["title"], language),
            "english_title_html": marker.mark(payload["english_title"], "en"),
            "summary_html": marker.mark(payload["summary"], language),
            "english_summary_html": marker.mark(payload["english_summary"], "en"),
        }
        if "<mark>" not in marked["summary_html"]:
            marked["passage_html"] = marker.passage(row["body"][:_PASSAGE_FROM], language)
    return Hit(
        uid=row["uid"],
        type=row["type"],
        version=row["version"],
        language=language,
        title=payload["title"],
        english_title=payload["english_title"],
        summary=payload["summary"],
        english_summary=payload["english_summary"],
        path=payload["path"],
        keywords={name: tuple(codes) for name, codes in payload["keywords"].items()},
        dates=payload["dates"],
        extra=payload["extra"],
        score=score,
        **marked,
    )
