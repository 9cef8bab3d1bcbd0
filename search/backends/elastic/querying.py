"""A search request in Elasticsearch's words."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from elasticsearch_dsl import Search

from search import ranking
from search.analysis import grams
from search.analysis.query import ParsedQuery
from search.backends.content import LEFT_OUT_OF
from search.backends.elastic.mapping import DEEPEST, group
from search.backends.tokens import FIELDS, TELLING_FIELDS, Clause, Demand, QueryClauses, Term, by_namespace
from search.types import PUBLISHED, SearchRequest, Sort

Query = dict[str, Any]

#: A match in the title counts most, then the summary, then the body.
_BOOSTS: Final = {"title": 3.0, "summary": 1.5, "body": 1.0}
#: What words count beside meaning, which is the same on every engine: nothing bends BM25 here.
_WORDS_WEIGHT: Final = 0.5
#: The same word matches as itself and as its stem: the better match counts, the others a little.
_TIE: Final = 0.2
_EXACT_TITLE: Final = 1_000.0
_CODES: Final = 500
#: The name by which a hit tells that it holds every word itself.
OWN: Final = "own"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request taken apart: its query, what it demands, what is near in meaning (uid → cosine).

    ``alike`` are the words that nothing holds, to be found by their runs of letters; with ``relaxed`` most of the
    words suffice.
    """

    request: SearchRequest
    query: ParsedQuery
    clauses: QueryClauses
    meant: dict[str, float] = field(default_factory=dict)
    relaxed: bool = False
    alike: frozenset[str] = frozenset()


def _fields(namespace: str, names: Sequence[str]) -> list[str]:
    return [f"{group(namespace)}.{name}^{_BOOSTS[name]}" for name in names]


def _terms(namespace: str, terms: Iterable[str], names: Sequence[str]) -> Query:
    return {
        "multi_match": {"query": " ".join(terms), "fields": _fields(namespace, names), "type": "most_fields"},
    }


def _any_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": list(queries), "tie_breaker": _TIE}}


def _way(way: Sequence[Term], names: Sequence[str]) -> Query:
    return {"bool": {"must": [_terms(term.namespace, (term.text,), names) for term in way]}}


def clause_query(clause: Clause) -> Query:
    """Return what finds the documents that meet ``clause``."""
    if clause.phrase:
        text = " ".join(clause.phrase)
        return {"multi_match": {"query": text, "fields": _fields("x", FIELDS), "type": "phrase"}}
    names = TELLING_FIELDS if clause.telling else FIELDS
    single, several = by_namespace(clause)
    ways = [_terms(namespace, terms, names) for namespace, terms in single.items()]
    return _any_of([*ways, *(_way(way, names) for way in several)])


def demand_query(demand: Demand) -> Query:
    """Return what finds a word, itself or said in other words."""
    own = clause_query(demand.own)
    if demand.abroad is None:
        return own
    abroad = {"bool": {"must": [clause_query(demand.abroad)], "boost": ranking.ABROAD_WEIGHT}}
    return {"dis_max": {"queries": [own, abroad]}}


def _alike(word: str) -> Query:
    """Return what finds titles with a word spelt like ``word``."""
    least = ranking.gram_minimum(word)
    if not least:
        return {"match_none": {}}
    runs = [{"term": {"grams": gram}} for gram in grams(word)]
    return {"bool": {"should": runs, "minimum_should_match": least}}


def words_query(asked: Asked) -> Query:
    """Return what finds the documents with the words of the query: all, or most of them."""
    demands = [
        _alike(demand.word) if demand.word in asked.alike else demand_query(demand) for demand in asked.clauses.words
    ]
    if not asked.relaxed:
        return {"bool": {"must": demands}} if demands else {"match_all": {}}
    enough = max(1, int(len(demands) * ranking.MOST_WORDS))
    return {"bool": {"should": demands, "minimum_should_match": enough}}


def _limits(asked: Asked) -> tuple[list[Query], list[Query]]:
    """Return the phrases that must stand in a document and what must not."""
    return (
        [clause_query(clause) for clause in asked.clauses.phrases],
        [clause_query(clause) for clause in asked.clauses.forbidden],
    )


def everything_limited(asked: Asked, words: Query) -> Query:
    """Return ``words`` within the phrases and excluded words, whatever else is chosen."""
    phrases, forbidden = _limits(asked)
    return {"bool": {"filter": [words, *phrases], "must_not": forbidden}}


def _day(value: dt.date, *, after: bool = False) -> str:
    return (value + dt.timedelta(days=1) if after and value < dt.date.max else value).isoformat()


def dates_filter(request: SearchRequest) -> list[Query]:
    """Return the limits of publication: days of UTC, both included."""
    limits: dict[str, str] = {}
    if request.date_from:
        limits["gte"] = _day(request.date_from)
    if request.date_to:
        limits["lt"] = _day(request.date_to, after=True)
    return [{"range": {f"dates.{PUBLISHED}": limits}}] if limits else []


def base_filter(request: SearchRequest, *, dates: bool = True) -> list[Query]:
    """Return what narrows the search for good: types, presets, dates, a period."""
    filters: list[Query] = [{"terms": {"type": list(request.types)}}] if request.types else []
    filters += [{"terms": {f"facets.{facet}": list(codes)}} for facet, codes in request.preset.items()]
    if dates:
        filters += dates_filter(request)
    if request.period is not None:
        limits = {"relation": "intersects"}
        if request.period.first:
            limits["gte"] = _day(request.period.first)
        if request.period.last:
            limits["lt"] = _day(request.period.last, after=True)
        filters.append({"range": {f"periods.{request.period.name}": limits}})
    return filters


def chosen(request: SearchRequest, leave_out: str = "") -> list[Query]:
    """Return the chosen facets, except the one to ``leave_out``."""
    return [
        {"terms": {f"facets.{facet}": list(codes)}}
        for facet, codes in request.filters.items()
        if codes and facet != leave_out
    ]


def _blended(words: Query, meant: list[Query], *, relaxed: bool) -> Query:
    weight = _WORDS_WEIGHT * (ranking.MOST_WORDS_WEIGHT if relaxed else 1.0)
    return {"bool": {"should": [{"bool": {"must": [words], "boost": weight}}, *meant], "minimum_should_match": 1}}


def _relevance(asked: Asked) -> Query:
    """Return the query that finds by words and by meaning, and scores."""
    phrases, forbidden = _limits(asked)
    should: list[Query] = []
    if asked.clauses.words:
        words = words_query(asked)
        meant = [
            {"constant_score": {"filter": {"ids": {"values": [uid]}}, "boost": ranking.MEANING_WEIGHT * cosine}}
            for uid, cosine in asked.meant.items()
        ]
        must = [_blended(words, meant, relaxed=asked.relaxed) if meant else words, *phrases]
        if meant or any(demand.abroad for demand in asked.clauses.words):
            own = words if asked.relaxed else {"bool": {"must": [clause_query(d.own) for d in asked.clauses.words]}}
            should.append({"bool": {"filter": [own], "_name": OWN}})
    else:
        everything: Query = {"match_all": {}}
        must = phrases or [everything]
    if asked.request.sort is Sort.RELEVANCE:
        should.append(
            {
                "distance_feature": {
                    "field": f"dates.{PUBLISHED}",
                    "origin": "now",
                    "pivot": f"{ranking.FRESHNESS_DAYS}d",
                    "boost": ranking.FRESHNESS_WEIGHT,
                }
            }
        )
        if asked.query.title_key:
            exact = {"term": {"title_keys": asked.query.title_key}}
            should.append({"constant_score": {"filter": exact, "boost": _EXACT_TITLE}})
    found: Query = {
        "bool": {"must": must, "must_not": forbidden, "filter": base_filter(asked.request), "should": should}
    }
    if asked.request.sort is not Sort.RELEVANCE:
        return found
    past = {"range": {"ends": {"lt": "now"}}}
    return {"boosting": {"positive": found, "negative": past, "negative_boost": ranking.PAST_FACTOR}}


def _order(request: SearchRequest, *, scored: bool) -> list[dict[str, Any]]:
    newest = {f"dates.{PUBLISHED}": {"order": "desc", "missing": "_last", "unmapped_type": "date"}}
    uid = {"uid": "asc"}
    if request.date_sort is not None:
        order = "desc" if request.date_sort.descending else "asc"
        by = {"order": order, "missing": "_last", "unmapped_type": "date"}
        return [{f"dates.{request.date_sort.date}": by}, uid]
    if request.sort is Sort.TITLE:
        return [{"title_sort": "asc"}, uid]
    if request.sort is Sort.NEWEST or not scored:
        return [newest, uid]
    return [{"_score": {"order": "desc"}}, newest, uid]


def search_body(asked: Asked) -> dict[str, Any]:
    """Return the body of the main request: hits of the page, exact counts, how many the words alone find."""
    request = asked.request
    start = (max(request.page, 1) - 1) * request.page_size
    size = request.page_size if start + request.page_size <= DEEPEST else 0
    scored = bool(asked.clauses.words or asked.clauses.phrases)
    search = (
        Search()
        .sort(*_order(request, scored=scored))
        .source(["uid", "type", "version", "language", *_shown(request, asked.query)])
        .extra(track_total_hits=True)
    )
    search = search[start : start + size] if size else search[:0]
    selected = chosen(request)
    if selected:
        search = search.post_filter({"bool": {"filter": selected}})
    for facet in request.facets:
        narrowed = search.aggs.bucket(facet, "filter", filter={"bool": {"filter": chosen(request, facet)}})
        narrowed.bucket("codes", "terms", field=f"facets.{facet}", size=_CODES)
    body: dict[str, Any] = search.to_dict()
    # The words' part is put in as it is: as objects of the library it would take longer than all the rest.
    body["query"] = _relevance(asked)
    if asked.clauses.words and asked.relaxed:
        shown = {"filter": {"bool": {"filter": [words_query(asked), *selected]}}}
        body.setdefault("aggs", {})["shown"] = shown
    elif asked.clauses.words and asked.meant:
        held = {"filter": everything_limited(asked, words_query(asked))}
        body.setdefault("aggs", {})["whole"] = {"global": {}, "aggs": {"words": held}}
    return body


def _shown(request: SearchRequest, query: ParsedQuery) -> list[str]:
    shown = ("title", "english_title", "summary", "english_summary", "path", "keywords", "dates", "periods", "extra")
    # The body is long: it is fetched only where a passage of it may be shown.
    names = (*shown, "body") if request.highlight and not query.empty else shown
    return [f"payload.{name}" for name in names]


def meaning_body(asked: Asked) -> dict[str, Any]:
    """Return the request for what is near in meaning, whatever facets are chosen."""
    phrases, forbidden = _limits(asked)
    within = {"bool": {"filter": [*base_filter(asked.request), *phrases], "must_not": forbidden}}
    return nearest_body(asked.request.vector, within)


def nearest_body(vector: bytes, within: Query) -> dict[str, Any]:
    """Return the request for the documents ``within`` that are nearest to ``vector``."""
    numbers = np.frombuffer(vector, dtype="<f2").astype(float).round(5).tolist()
    search = (
        Search()
        .source(False)  # noqa: FBT003 - the library's own way to fetch nothing
        .knn(
            field="vector",
            k=ranking.MEANING_AT_MOST,
            num_candidates=2 * ranking.MEANING_AT_MOST,
            query_vector=numbers,
            similarity=ranking.MEANING_LEAST,
        )[: ranking.MEANING_AT_MOST]
    )
    body: dict[str, Any] = search.to_dict()
    knn = body["knn"] if isinstance(body["knn"], dict) else body["knn"][0]
    knn["filter"] = within
    return body


def why_nothing_body(asked: Asked) -> dict[str, Any]:
    """Return the request that learns why nothing was found: which words nothing holds, and what they may have meant."""
    search = Search()[:0]
    counted: dict[str, Query] = {"words": {"filter": everything_limited(asked, words_query(asked))}}
    for place, demand in enumerate(asked.clauses.words):
        counted[f"word{place}"] = {"filter": demand_query(demand)}
        longer = len(demand.word) >= 6
        search = search.suggest(
            f"word{place}",
            demand.word,
            term={
                "field": "words",
                "suggest_mode": "always",
                "max_edits": 2 if longer else 1,
                "prefix_length": 1,
                "min_word_length": 4,
                "size": 3,
            },
        )
    body: dict[str, Any] = search.to_dict()
    body["aggs"] = {"whole": {"global": {}, "aggs": counted}}
    return body


def alternatives_body(asked: Asked) -> dict[str, Any]:
    """Return the request that counts what each single concession would find."""
    request = asked.request
    base, selected = base_filter(request), chosen(request)
    words = everything_limited(asked, words_query(asked))
    counted: dict[str, Query] = {}

    def count(name: str, filters: list[Query]) -> None:
        counted[name] = {"filter": {"bool": {"filter": filters}}}

    for facet, codes in request.filters.items():
        if codes:
            count(f"facet:{facet}", [words, *base, *chosen(request, facet)])
    if request.date_from or request.date_to:
        count("dates", [words, *base_filter(request, dates=False), *selected])
    # Where most of the words find nothing, all but one find nothing either; of a long text no single word is to blame.
    demands = () if asked.relaxed or len(asked.clauses.words) > LEFT_OUT_OF else asked.clauses.words
    if len(demands) > 1 or selected or request.date_from or request.date_to:
        for place in range(len(demands)):
            rest = [demand_query(other) for other in (*demands[:place], *demands[place + 1 :])]
            without = everything_limited(asked, {"bool": {"filter": rest}})
            count(f"word:{place}", [without, *base, *selected])
    return {**Search()[:0].to_dict(), "aggs": {"whole": {"global": {}, "aggs": counted}}}
