"""The engine on an Elasticsearch server."""

import base64
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from search import ranking
from search.analysis import exact_words, title_key
from search.analysis.highlighting import Marker
from search.analysis.query import ParsedQuery, parse_query, with_word
from search.backends.base import SearchUnavailableError
from search.backends.content import MEANING, WORDS, Content, clean, hit
from search.backends.elastic.connection import PATIENCE, Budget, Connection, answered, reachable
from search.backends.elastic.generations import Generations
from search.backends.elastic.mapping import Names, fingerprint, registered_names
from search.backends.elastic.querying import (
    OWN,
    Asked,
    alternatives_body,
    meaning_body,
    nearest_body,
    search_body,
    why_nothing_body,
)
from search.backends.elastic.writing import Outcome, deleting, indexing, send
from search.backends.tokens import query_clauses, said_otherwise
from search.types import Alternative, BulkReport, Hit, SearchDocument, SearchRequest, SearchResponse, Suggestion

#: How long what was learnt about the index (its make, its languages) is taken for true, in seconds.
_REMEMBERED: Final = 30.0
_SUGGESTED_FROM: Final = 200
_VERSIONS_PAGE: Final = 5_000
_AT_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of the index that is searched."""

    languages: tuple[str, ...]
    learnt: float


class ElasticBackend:
    """A ``SearchBackend`` on Elasticsearch 8; ``index`` names its alias.

    ``refresh`` makes every change visible at once, and ``remembered`` (seconds) says how long what was learnt about
    the index is taken for true: tests need both. ``patience`` (seconds) is what a search may take. ``names`` are
    facets, dates and periods beside the registered ones.
    """

    name = "elasticsearch"
    transactional = False

    def __init__(
        self,
        url: str,
        index: str,
        *,
        refresh: bool = False,
        remembered: float = _REMEMBERED,
        patience: float = PATIENCE,
        names: Names | None = None,
    ) -> None:
        self._connection = Connection(url)
        self._index = index
        self._refresh = refresh
        self._remembered = remembered
        self._patience = patience
        self._more = names
        self._state: _State | None = None
        self._lock = threading.Lock()

    def _generations(self) -> Generations:
        return Generations(self._connection.writing(), self._index, registered_names(self._more))

    # --- writing ----------------------------------------------------------------------------------------------
    def index(self, documents: Sequence[SearchDocument]) -> BulkReport:
        """Put ``documents`` into the index; one that can't be indexed is reported and blocks no other."""
        with answered():
            written = self._generations().written()
            outcome = Outcome()
            newest, older = _newest(documents)
            operations = indexing(newest, written, outcome)
            send(self._connection.writing(), operations, outcome, refresh=self._refresh)
        report = outcome.report()
        return replace(report, stale=(*report.stale, *older))

    def delete(self, uid: str, version: int) -> bool:
        """Take a document out and remember its ``version``; False when the index holds a newer one."""
        with answered():
            outcome = Outcome()
            operations = deleting(uid, version, self._generations().written())
            send(self._connection.writing(), operations, outcome, refresh=self._refresh)
        return uid in outcome.done

    def versions(self) -> Iterator[tuple[str, int]]:
        """Yield uid and version of every document in the index, in the order of the uids."""
        with answered():
            client = self._connection.writing()
            client.indices.refresh(index=self._generations().searched())
            pit = client.open_point_in_time(index=self._index, keep_alive="2m")["id"]
        try:
            after: list[Any] | None = None
            while True:
                with answered():
                    answer = client.search(
                        pit={"id": pit, "keep_alive": "2m"},
                        size=_VERSIONS_PAGE,
                        sort="uid",
                        search_after=after,
                        source=False,
                        docvalue_fields=[{"field": "version"}],
                        track_total_hits=False,
                    )
                    hits = answer["hits"]["hits"]
                    page = [(found["_id"], int(found["fields"]["version"][0])) for found in hits]
                yield from page
                if len(page) < _VERSIONS_PAGE:
                    return
                after = hits[-1]["sort"]
        finally:
            with answered():
                client.options(ignore_status=404).close_point_in_time(id=pit)

    def rebuild(self, batches: Iterable[Sequence[SearchDocument]]) -> BulkReport:
        """Fill a new generation and put it in use; see ``Generations.rebuild``."""
        # What goes wrong while the documents are made is no fault of the server.
        with reachable():
            report = self._generations().rebuild(batches)
        self._state = None
        return report

    def roll_back(self) -> str:
        """Put the generation before the present one in use and return its name; raises RebuildRefusedError."""
        with answered():
            name = self._generations().roll_back()
        self._state = None
        return name

    def outdated(self) -> bool:
        """Tell whether the index is not there, or was made in another way than the code makes it now."""
        with answered():
            return not (self._generations().in_order() and self._made_as_now(self._connection.writing()))

    def clear(self) -> None:
        """Forget every document and every deletion."""
        with answered():
            generations = self._generations()
            generations.drop(generations.all())
            index = generations.create(searched=True)
            generations.client.indices.put_settings(index=index, settings={"index": {"refresh_interval": "1s"}})
        self._state = None

    def remove(self) -> None:
        """Delete the index with all its generations."""
        with answered():
            generations = self._generations()
            generations.drop(generations.all())
        self._state = None

    # --- reading ----------------------------------------------------------------------------------------------
    def _made_as_now(self, client: Any) -> bool:
        answer = client.indices.get_mapping(index=self._index)
        made = [told["mappings"].get("_meta", {}).get("fingerprint", "") for told in answer.values()]
        return made == [fingerprint(registered_names(self._more))]

    def _known(self, budget: Budget) -> _State:
        """Return what is known of the index; raises SearchUnavailableError when it is none of ours."""
        state = self._state
        if state is not None and time.monotonic() - state.learnt < self._remembered:
            return state
        client = self._connection.reading(budget)
        if not self._made_as_now(client):
            message = f"the index {self._index} was made in another way: run manage.py search_rebuild"
            raise SearchUnavailableError(message)
        counted = self._connection.reading(budget).search(
            index=self._index, size=0, aggregations={"languages": {"terms": {"field": "language", "size": 50}}}
        )
        found = (bucket["key"] for bucket in counted["aggregations"]["languages"]["buckets"])
        languages = tuple(sorted({"en", "fr", "de", *found}))
        self._state = state = _State(languages, time.monotonic())
        return state

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer ``request`` with one question to the server; one more for meaning, up to three where words fail."""
        budget = Budget(self._patience)
        with answered():
            state = self._known(budget)
            # A lone surrogate is no text for the wire.
            request = replace(request, text=clean(request.text))
            query = parse_query(request.text, request.asked_languages)
            asked = Asked(request, query, query_clauses(query, request.asked_languages, state.languages))
            if request.vector and query.words:
                asked = replace(asked, meant=_cosines(self._ask(meaning_body(asked), budget)))
            answer = self._ask(search_body(asked), budget)
            response, asked, more = self._helped(asked, answer, budget)
            return replace(response, hits=self._hits(asked, more), took=budget.took)

    def _ask(self, body: dict[str, Any], budget: Budget) -> Any:
        answer = self._connection.reading(budget).search(index=self._index, body=body)
        if answer["timed_out"] or answer["_shards"]["failed"]:
            message = "only a part of the index answered"
            raise SearchUnavailableError(message)
        budget.took += answer["took"]
        return answer

    def _helped(self, asked: Asked, answer: Any, budget: Budget) -> tuple[SearchResponse, Asked, Any]:
        """Return the response, without its hits, after coming to the help of words that find nothing."""
        request, corrected, relaxed = asked.request, "", False
        if asked.clauses.words and not _found_by_words(answer):
            why = self._ask(why_nothing_body(asked), budget)
            unknown = [
                (place, demand.word)
                for place, demand in enumerate(asked.clauses.words)
                if not why["aggregations"]["whole"][f"word{place}"]["doc_count"]
            ]
            corrected = _corrected(request.text, unknown, why["suggest"])
            if not why["aggregations"]["whole"]["words"]["doc_count"]:
                looser = replace(asked, relaxed=True, alike=frozenset(word for _place, word in unknown))
                answer = self._ask(search_body(looser), budget)
                asked, relaxed = looser, bool(answer["aggregations"]["shown"]["doc_count"])
        total = answer["hits"]["total"]["value"]
        counted = answer.get("aggregations", {})
        response = SearchResponse(
            total=total,
            hits=(),
            facets={
                facet: {bucket["key"]: bucket["doc_count"] for bucket in counted[facet]["codes"]["buckets"]}
                for facet in request.facets
            },
            relaxed=relaxed,
            alternatives=() if total else self._alternatives(asked, budget),
            did_you_mean=corrected,
        )
        return response, asked, answer

    def _alternatives(self, asked: Asked, budget: Budget) -> tuple[Alternative, ...]:
        body = alternatives_body(asked)
        if not body["aggs"]["whole"].get("aggs"):
            return ()
        counted = self._ask(body, budget)["aggregations"]["whole"]
        options = []
        for name, told in counted.items():
            if name == "doc_count" or not told["doc_count"]:
                continue
            kind, _colon, what = name.partition(":")
            if kind == "facet":
                options.append(Alternative(told["doc_count"], facet=what, value=",".join(asked.request.filters[what])))
            elif kind == "word":
                options.append(Alternative(told["doc_count"], word=asked.clauses.words[int(what)].word))
            else:
                options.append(Alternative(told["doc_count"], facet="dates"))
        return tuple(sorted(options, key=lambda option: (-option.total, option.facet, option.word))[:_AT_MOST])

    def _hits(self, asked: Asked, answer: Any) -> tuple[Hit, ...]:
        marked = asked.request.highlight and not asked.query.empty
        marker = Marker(asked.query, said_otherwise(asked.clauses)) if marked else None
        told = bool(asked.meant) or any(demand.abroad for demand in asked.clauses.words)
        found = []
        for row in answer["hits"]["hits"]:
            own = not told or not asked.clauses.words or OWN in row.get("matched_queries", ())
            found.append(_hit(row, marker, WORDS if own else MEANING))
        return tuple(found)

    def suggest(self, prefix: str, language: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Return titles with words that begin like the words of ``prefix``, those in ``language`` first."""
        typed = exact_words(clean(prefix[:200]))[:8]
        if not typed:
            return ()
        budget = Budget(self._patience)
        with answered():
            self._known(budget)
            answer = self._ask(
                {
                    "query": {"bool": {"filter": [{"prefix": {"exact.title": word}} for word in typed]}},
                    "size": _SUGGESTED_FROM,
                    "sort": [{"uid": "asc"}],
                    "_source": [
                        "uid",
                        "type",
                        "language",
                        *(f"payload.{n}" for n in ("title", "path", "english_title")),
                    ],
                },
                budget,
            )
            rows = [row["_source"] for row in answer["hits"]["hits"]]
            keyed = [(row, title_key(row["payload"]["title"])) for row in rows]
            keyed.sort(
                key=lambda pair: (
                    pair[0]["language"] != language,
                    not pair[1].startswith(typed[0]),
                    len(pair[1]),
                    pair[0]["uid"],
                )
            )
            return tuple(
                Suggestion(
                    row["uid"],
                    row["type"],
                    row["language"],
                    row["payload"]["title"],
                    row["payload"]["path"],
                    row["payload"]["english_title"],
                )
                for row, _key in keyed[:size]
            )

    def related(self, uid: str, size: int = 3) -> tuple[Hit, ...]:
        """Return the documents that share most topics, groups and places with ``uid`` or mean the like."""
        uid = clean(uid)[:500]
        if size < 1 or not uid:
            return ()
        budget = Budget(self._patience)
        with answered():
            self._known(budget)
            found = (
                self._connection.reading(budget)
                .options(ignore_status=404)
                .get(index=self._index, id=uid, source_includes=["payload.keywords", "payload.vector"])
            )
            if not found.get("found"):
                return ()
            stored = found["_source"]["payload"]
            should: list[dict[str, Any]] = [
                {"term": {f"facets.{facet}": {"value": code, "boost": weight}}}
                for facet, weight in ranking.RELATED_WEIGHTS.items()
                for code in stored["keywords"].get(facet, ())
            ]
            itself = {"ids": {"values": [uid]}}
            if stored.get("vector"):
                within = {"bool": {"must_not": [itself]}}
                near = _cosines(self._ask(nearest_body(base64.b64decode(stored["vector"]), within), budget))
                weight = ranking.RELATED_MEANING_WEIGHT
                should += [
                    {"constant_score": {"filter": {"ids": {"values": [other]}}, "boost": weight * cosine}}
                    for other, cosine in near.items()
                ]
            plain = Asked(
                SearchRequest(highlight=False, page_size=size), ParsedQuery(), query_clauses(ParsedQuery(), (), ())
            )
            body = search_body(plain)
            body["query"] = {"bool": {"should": should, "minimum_should_match": 1, "must_not": [itself]}}
            body["sort"] = [{"_score": {"order": "desc"}}, *body["sort"]]
            answer = self._ask(body, budget)
            return tuple(_hit(row, None, WORDS) for row in answer["hits"]["hits"])


def _newest(documents: Sequence[SearchDocument]) -> tuple[list[SearchDocument], list[str]]:
    """Return the newest of the documents with the same uid, and the uids of the others."""
    newest: dict[str, SearchDocument] = {}
    older: list[str] = []
    for document in documents:
        known = newest.get(document.uid)
        if known is not None:
            older.append(document.uid)
        if known is None or known.version <= document.version:
            newest[document.uid] = document
    return list(newest.values()), older


def _cosines(answer: Any) -> dict[str, float]:
    """Return uid → cosine; the server's score is (1 + cosine) / 2."""
    return {row["_id"]: max(0.0, 2 * row["_score"] - 1) for row in answer["hits"]["hits"]}


def _found_by_words(answer: Any) -> bool:
    """Tell whether any document holds the words, whatever meaning finds beside."""
    whole = answer.get("aggregations", {}).get("whole")
    return bool(whole["words"]["doc_count"] if whole else answer["hits"]["total"]["value"])


def _corrected(text: str, unknown: Sequence[tuple[int, str]], suggested: Any) -> str:
    """Return ``text`` with the server's best guess for each unknown word; empty when it has none."""
    changed = text
    for place, word in unknown[:3]:
        for told in suggested.get(f"word{place}", ()):
            options = [option["text"] for option in told["options"] if option["text"] != word]
            if options:
                changed = with_word(changed, word, options[0])
    return changed if changed != text else ""


def _hit(row: Any, marker: Marker | None, matched: str) -> Hit:
    stored = row["_source"]
    content = Content(stored["uid"], stored["type"], stored["version"], stored["language"], stored["payload"])
    return hit(content, row.get("_score") or 0.0, marker, stored["payload"].get("body", ""), matched)
