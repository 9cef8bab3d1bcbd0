"""Every query of every topic, put to one engine in four ways and within three sets of languages."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from unittest.mock import patch

import numpy as np

from benchmarks.relevance.measures import DEPTH, Table, ndcg, success
from benchmarks.relevance.topics import LANGUAGES, SQUARELY, Topic
from core.detection import sure_language
from search.backends import SearchBackend
from search.backends.tokens import query_clauses
from search.semantic.services import query_vector
from search.types import LANGUAGE_FACET, Hit, SearchRequest
from taxonomy.catalogue import INTERFACE_LANGUAGES

#: A word that nothing holds: what is found then is found by the vector alone.
_NO_WORD: Final = "qzxjvkwq"


class Variant(StrEnum):
    """What the search may go by."""

    BASELINE = "words, no thesaurus"
    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


class Scope(StrEnum):
    """Among which languages a query is asked."""

    SAME = "same"
    ACROSS = "across"
    MIX = "mix"


@dataclass(frozen=True)
class Scores:
    """Tables with a row for each topic and a column for each language of queries; NaN where nothing can be found."""

    same: Table
    across: Table
    success: Table
    mix: Table
    own_share: Table


def request_for(text: str, language: str, variant: Variant) -> SearchRequest:
    """Return what ``search.service.search`` makes of a visitor's words under the interface nearest to ``language``."""
    interface = language if language in INTERFACE_LANGUAGES else "en"
    request = SearchRequest(text=text, interface_language=interface, page_size=DEPTH, highlight=False)
    sure = sure_language(text)
    request = replace(request, languages=(sure,) if sure else ())
    if variant in {Variant.MEANING, Variant.BOTH}:
        request = replace(request, vector=query_vector(text, request.asked_languages))
    return replace(request, text=_NO_WORD) if variant is Variant.MEANING else request


def _within(request: SearchRequest, scope: Scope, language: str, languages: Sequence[str]) -> SearchRequest:
    """Return ``request`` with the languages of ``scope`` chosen as a visitor chooses them, by the facet."""
    if scope is Scope.MIX:
        return request
    chosen = (language,) if scope is Scope.SAME else tuple(other for other in languages if other != language)
    return replace(request, filters={LANGUAGE_FACET: chosen})


class Remembered:
    """What an engine answers, asked once: other judgements are held against the same answers."""

    def __init__(self, engine: SearchBackend, variant: Variant, languages: Sequence[str]) -> None:
        self._engine, self._variant, self._languages = engine, variant, languages
        self._answers: dict[tuple[str, str, Scope], list[Hit]] = {}

    def __call__(self, text: str, language: str, scope: Scope) -> list[Hit]:
        """Return the first hits for a query within ``scope``."""
        key = text, language, scope
        if key not in self._answers:
            request = _within(request_for(text, language, self._variant), scope, language, self._languages)
            with _without_thesaurus() if self._variant is Variant.BASELINE else nullcontext():
                self._answers[key] = list(self._engine.search(request).hits)
        return self._answers[key]


@contextmanager
def _without_thesaurus() -> Iterator[None]:
    query_clauses.cache_clear()
    with patch("search.backends.tokens.spoken", lambda _words, _languages: ()):
        yield
    query_clauses.cache_clear()


def measure(
    engine: SearchBackend,
    topics: Sequence[Topic],
    variant: Variant,
    languages: Sequence[str],
    scopes: Sequence[Scope] = tuple(Scope),
) -> Scores:
    """Ask the queries of ``topics`` and return what the answers are worth; ``languages``: the collection's."""
    return scores_of(Remembered(engine, variant, languages), topics, scopes)


def scores_of(
    asked: Callable[[str, str, Scope], list[Hit]], topics: Sequence[Topic], scopes: Sequence[Scope] = tuple(Scope)
) -> Scores:
    """Return what the answers of ``asked`` (query, language, scope → hits) are worth as ``topics`` are judged."""
    shape = (len(topics), len(LANGUAGES))
    scores = Scores(*(np.full(shape, np.nan) for _measure in range(5)))
    for row, topic in enumerate(topics):
        for column, language in enumerate(LANGUAGES):
            text, here = topic.queries[language], (row, column)
            if Scope.SAME in scopes and (grades := topic.grades(of=language)):
                scores.same[here] = ndcg(_uids(asked(text, language, Scope.SAME)), grades)
            if Scope.ACROSS in scopes:
                grades = topic.grades(but=language)
                found = _uids(asked(text, language, Scope.ACROSS))
                scores.across[here] = ndcg(found, grades)
                scores.success[here] = success(found, grades, SQUARELY, 3)
            if Scope.MIX in scopes:
                hits = asked(text, language, Scope.MIX)
                scores.mix[here] = ndcg(_uids(hits), topic.grades())
                if hits:
                    scores.own_share[here] = sum(hit.language == language for hit in hits) / len(hits)
    return scores


def _uids(hits: Sequence[Hit]) -> list[str]:
    return [hit.uid for hit in hits]
