"""The embedded engine: words from the database, everything else from bitmaps in memory."""

import heapq
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone
from pyroaring import BitMap

from search import ranking
from search.analysis import exact_words, fold
from search.analysis.highlighting import Marker
from search.analysis.query import ParsedQuery, parse_query, with_word
from search.backends.content import MEANING, WORDS, Content, hit
from search.backends.embedded import writing
from search.backends.embedded.alternatives import alternatives
from search.backends.embedded.fulltext import rarity, store_for
from search.backends.embedded.snapshot import ENDS, Snapshot, current
from search.backends.embedded.spelling import alike
from search.backends.embedded.words import Found, find, occurrences
from search.backends.embedded.writing import as_number
from search.backends.tokens import EXACT, Clause, Term, analysis_version
from search.models import IndexChange, IndexedDocument, IndexedWord, IndexState
from search.types import PUBLISHED, BulkReport, Hit, SearchDocument, SearchRequest, SearchResponse, Sort, Suggestion

#: Fewer documents than this are sorted; more are picked from the order of all.
SORTED_BELOW: Final = 500
_PASSAGE_FROM: Final = 20_000
_RELATED_CANDIDATES: Final = 600
#: Scores of words have no upper end, and another scale on each database: they are bent to less than this.
_WORDS_WEIGHT: Final = 15.0
_WORDS_HALF: Final = 8.0


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
    transactional = True

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
        IndexedWord.objects.using(self._alias).all().delete()
        start = IndexState.objects.using(self._alias).filter(pk=1).values_list("sequence", flat=True).first() or 0
        reports = [self.index(batch) for batch in batches]
        # What could not be written stays as it was, as long as there is such an item.
        failed = {uid for report in reports for uid, _problem in report.failed}
        kept = failed.union(*(chain(report.indexed, report.stale) for report in reports))
        rows = IndexedDocument.objects.using(self._alias).filter(deleted=False, sequence__lte=start)
        # What the outbox wrote meanwhile has a later sequence and stays.
        for uid, version in list(rows.values_list("uid", "version")):
            if uid not in kept:
                writing.write_absence(self._alias, uid, version)
        store_for(self._alias).tidy()
        IndexState.objects.using(self._alias).filter(pk=1).update(analysis=analysis_version())
        return BulkReport(
            tuple(uid for report in reports for uid in report.indexed),
            tuple(uid for report in reports for uid in report.stale),
            tuple(failure for report in reports for failure in report.failed),
        )

    def outdated(self) -> bool:
        """Tell whether texts are turned into tokens in another way now than when the index was made."""
        made = IndexState.objects.using(self._alias).filter(pk=1).values_list("analysis", flat=True).first()
        return made is not None and made != analysis_version()

    def clear(self) -> None:
        """Forget every document and every deletion."""
        with transaction.atomic(using=self._alias):
            writing.next_sequence(self._alias)
            IndexedDocument.objects.using(self._alias).all().delete()
            IndexChange.objects.using(self._alias).all().delete()
            IndexedWord.objects.using(self._alias).all().delete()
            store_for(self._alias).clear()

    # --- reading ----------------------------------------------------------------------------------------------
    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer ``request`` with at most five queries, two more for words that nothing holds."""
        snapshot = current(self._alias)
        query = parse_query(request.text, request.asked_languages)
        found = find(snapshot, store_for(self._alias), query, request.asked_languages)
        meant = self._meant(snapshot, request, found, query)
        narrowed = _narrow(snapshot, request, found.ids | BitMap(meant))
        result = narrowed.all_but()
        counts = {facet: snapshot.counts(facet, narrowed.all_but(facet)) for facet in request.facets}
        page = self._page(snapshot, request, query, found, meant, result)
        return SearchResponse(
            total=len(result),
            hits=self._hits(page, Marker(query, found.otherwise), request, found.own),
            facets=counts,
            relaxed=found.relaxed and bool(found.ids & result),
            alternatives=() if result else alternatives(snapshot, request, found, _narrow),
            did_you_mean=self._corrected(snapshot, request, found),
        )

    def _meant(self, snapshot: Snapshot, request: SearchRequest, found: Found, query: ParsedQuery) -> dict[int, float]:
        """Return the documents nearest in meaning with their cosines, whatever facets are chosen.

        They depend on no facet, so that the counts beside a facet hold when it is chosen.
        """
        if not request.vector or not query.words:
            return {}
        among = _narrow(snapshot, request, found.others).base
        return dict(
            snapshot.vectors(self._alias).nearest(request.vector, among, ranking.MEANING_AT_MOST, ranking.MEANING_LEAST)
        )

    def _corrected(self, snapshot: Snapshot, request: SearchRequest, found: Found) -> str:
        """Return the text with words of the index in place of those that nothing holds; empty when there are none."""
        text = request.text
        store = store_for(self._alias)
        for word in found.unknown[:3]:
            near = alike(self._alias, snapshot, word)
            clauses = [Clause(ways=((Term(EXACT, fold(other)),),)) for other in near]
            held = occurrences(snapshot, store, clauses)
            # ``near`` comes in the order of likeness: the first that any document holds is the best guess.
            text = next((with_word(text, word, other) for count, other in zip(held, near, strict=True) if count), text)
        return text if text != request.text else ""

    def _page(
        self,
        snapshot: Snapshot,
        request: SearchRequest,
        query: ParsedQuery,
        found: Found,
        meant: dict[int, float],
        result: BitMap,
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
        if request.sort is Sort.NEWEST or not (found.own_clauses or meant):
            return [
                (key, 0.0) for key in _ordered(result, snapshot.newest_key, lambda: snapshot.by_newest, end)[start:]
            ]
        scores = self._scores(snapshot, found, meant, result)
        exact = BitMap(snapshot.titles.get(query.title_key, ()))

        ordered = _best((BitMap(scores) | exact) & result, scores, exact, snapshot.newest_key, end)
        if len(ordered) < end:
            rest = result - BitMap(ordered)
            ordered += _ordered(rest, snapshot.newest_key, lambda: snapshot.by_newest, end - len(ordered))
        return [(key, scores.get(key, 0.0)) for key in ordered[start:]]

    def _scores(self, snapshot: Snapshot, found: Found, meant: dict[int, float], result: BitMap) -> dict[int, float]:
        """Return what each document of ``result`` that tells anything scores: words, meaning, freshness."""
        words = self._word_scores(snapshot, found, result)
        now = as_number(timezone.now())
        weight = _WORDS_WEIGHT * (ranking.MOST_WORDS_WEIGHT if found.relaxed and meant else 1.0)
        scores: dict[int, float] = {}
        rows = snapshot.rows
        for key in (BitMap(words) | BitMap(meant)) & result:
            held, dates = words.get(key, 0.0), rows[key].dates
            score = weight * held / (held + _WORDS_HALF) if held > 0 else 0.0
            score += ranking.MEANING_WEIGHT * meant.get(key, 0.0)
            score += ranking.freshness(now - dates.get(PUBLISHED, 0.0))
            scores[key] = score * ranking.PAST_FACTOR if dates.get(ENDS, now) < now else score
        return scores

    def _word_scores(self, snapshot: Snapshot, found: Found, result: BitMap) -> dict[int, float]:
        store, total = store_for(self._alias), len(snapshot.rows)

        def weighed(clauses: Sequence[Clause], factor: float = 1.0) -> list[tuple[Clause, float]]:
            return [(clause, factor * rarity(total, len(snapshot.clauses.get(clause, ())))) for clause in clauses]

        by_words = result & found.ids
        every = found.every and by_words <= found.own
        if not found.own_clauses:
            return {}
        if len(by_words) > store.scored_at_most:
            in_titles = store.in_titles(found.own_clauses, every=every) & by_words
            if not in_titles:
                return {}
            if len(in_titles) > store.scored_at_most:
                # A word of so many titles tells no title from another: they come first, the newest before the others.
                return dict.fromkeys(in_titles, 1.0)
            return store.scores(weighed(found.own_clauses), list(in_titles), every=every, in_titles=True)
        scores = dict(store.scores(weighed(found.own_clauses), list(by_words), every=every, in_titles=False))
        elsewhere = by_words - found.own
        if elsewhere and found.abroad_clauses:
            abroad = store.scores(weighed(found.abroad_clauses), list(elsewhere), every=False, in_titles=False)
            for key, score in abroad.items():
                scores[key] = scores.get(key, 0.0) + ranking.ABROAD_WEIGHT * score
        return scores

    def _hits(
        self, page: Sequence[tuple[int, float]], marker: Marker, request: SearchRequest, own: BitMap
    ) -> tuple[Hit, ...]:
        fields = ("id", "uid", "type", "version", "language", "payload")
        query = marker.query
        marked = request.highlight and not query.empty
        rows = IndexedDocument.objects.using(self._alias).filter(pk__in=[key for key, _score in page], deleted=False)
        stored = {row["id"]: row for row in rows.values(*fields, *(("body",) if marked else ()))} if page else {}
        hits = []
        for key, score in page:
            if key in stored:
                row = stored[key]
                matched = MEANING if query.words and key not in own else WORDS
                body = row.get("body", "")[:_PASSAGE_FROM]
                content = Content(row["uid"], row["type"], row["version"], row["language"], json.loads(row["payload"]))
                hits.append(hit(content, score, marker if marked else None, body, matched))
        return tuple(hits)

    def suggest(self, prefix: str, language: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Return titles with words that begin like the words of ``prefix``, those in ``language`` first."""
        typed = exact_words(prefix[:200])[:8]
        if not typed:
            return ()
        keys = store_for(self._alias).prefixed([Term(EXACT, word).marked for word in typed], 200)
        rows = IndexedDocument.objects.using(self._alias).filter(pk__in=keys, deleted=False)
        ordered = sorted(
            rows.values_list("uid", "type", "language", "title_key", "payload"),
            key=lambda row: (row[2] != language, not row[3].startswith(typed[0]), len(row[3]), row[0]),
        )
        found = ((row, json.loads(row[4])) for row in ordered[:size])
        return tuple(
            Suggestion(row[0], row[1], row[2], payload["title"], payload["path"], payload["english_title"])
            for row, payload in found
        )

    def related(self, uid: str, size: int = 3) -> tuple[Hit, ...]:
        """Return the documents that share most topics, groups, places and title words with ``uid``, never itself."""
        snapshot = current(self._alias)
        key = snapshot.ids.get(uid)
        if key is None or size < 1:
            return ()
        scores = self._likeness(snapshot, key)
        # Only those that reach the last place's score are compared by date: most candidates share one topic at best.
        least = min(heapq.nlargest(size, scores.values()), default=0)
        finalists = [other for other, score in scores.items() if score >= least]
        best = heapq.nsmallest(size, finalists, key=lambda other: (-scores[other], snapshot.newest_key(other)))
        plain = SearchRequest(highlight=False)
        return self._hits([(other, scores[other]) for other in best], Marker(ParsedQuery()), plain, snapshot.live)

    def _likeness(self, snapshot: Snapshot, key: int) -> dict[int, float]:
        """Return how like the document ``key`` others are: by the rarity of what they share, and by meaning."""
        scores: defaultdict[int, float] = defaultdict(float)
        weights = ranking.RELATED_WEIGHTS
        shared = [(facet, code) for facet, code in snapshot.codes_of(key) if facet in weights]
        total = len(snapshot.rows)
        shared.sort(key=lambda pair: len(snapshot.facets[pair[0]][pair[1]]))
        vectors = snapshot.vectors(self._alias)
        vector = vectors.of(key)
        if vector is not None:
            asked = vector.astype("<f2").tobytes()
            for other, cosine in vectors.nearest(asked, snapshot.live, ranking.MEANING_AT_MOST, ranking.MEANING_LEAST):
                scores[other] += ranking.RELATED_MEANING_WEIGHT * cosine
        for facet, code in shared:
            ids = snapshot.facets[facet][code]
            weight = weights[facet] * rarity(total, len(ids))
            candidates = ids if len(scores) < _RELATED_CANDIDATES else ids & BitMap(scores)
            for other in candidates[:_RELATED_CANDIDATES]:
                scores[other] += weight
        scores.pop(key, None)
        return scores


def _narrow(snapshot: Snapshot, request: SearchRequest, found: BitMap) -> _Narrowed:
    base = found
    if request.types:
        base = base & snapshot.chosen("type", request.types)
    for facet, codes in request.preset.items():
        base = base & snapshot.chosen(facet, codes)
    if request.date_from or request.date_to:
        base = base & snapshot.between(request.date_from, request.date_to)
    if request.period is not None:
        base = base & snapshot.meeting(request.period)
    chosen = {facet: snapshot.chosen(facet, codes) for facet, codes in request.filters.items() if codes}
    return _Narrowed(base, chosen)


def _best(
    ids: BitMap, scores: dict[int, float], exact: BitMap, newest: Callable[[int], tuple[float, str]], count: int
) -> list[int]:
    """Return the first ``count`` of ``ids``: titles asked for word for word, then by score, then the newest.

    Only those that reach the last place's score are compared by more than a number.
    """
    scored = {key: -round(scores.get(key, 0.0), 6) for key in ids}
    least = max(heapq.nsmallest(count, scored.values()), default=0.0)
    finalists = [key for key, score in scored.items() if score <= least or key in exact]
    return sorted(finalists, key=lambda key: (key not in exact, scored[key], newest(key)))[:count]


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
