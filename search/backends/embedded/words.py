"""Which documents hold the words of a query: all of them, else most of them, else something spelt alike."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from pyroaring import BitMap

from search.analysis import grams
from search.analysis.query import ParsedQuery
from search.backends.embedded.fulltext import FullText
from search.backends.embedded.snapshot import Snapshot
from search.backends.tokens import GRAM, Clause, QueryClauses, mark, query_clauses

#: The part of the words that suffices when no document holds them all.
_MOST: Final = 0.7
#: The part of a word's runs of four letters that a title must share to count as the same word misspelt.
_ALIKE: Final = 0.6
_SHORTEST_MISSPELT: Final = 5
#: SQLite takes at most 500 questions in one query.
_MOST_GRAMS: Final = 200


@dataclass(slots=True)
class Found:
    """The matches of a query's words, and how they were found.

    ``clauses`` are what scores are made of; ``every`` says that a match holds them all. ``by_word`` keeps the
    matches of each single word, ``others`` those of the phrases and excluded words together.
    """

    ids: BitMap
    clauses: tuple[Clause, ...] = ()
    every: bool = True
    relaxed: bool = False
    by_word: list[tuple[str, BitMap]] = field(default_factory=list)
    others: BitMap = field(default_factory=BitMap)


@lru_cache(maxsize=2_000)
def _clauses(query: ParsedQuery, languages: tuple[str, ...]) -> QueryClauses:
    return query_clauses(query, languages)


def find(snapshot: Snapshot, store: FullText, query: ParsedQuery) -> Found:
    """Return what matches ``query``; one query of the store, none when it was asked before, one more to rescue."""
    if query.empty:
        return Found(snapshot.live, others=snapshot.live)
    wanted = _clauses(query, snapshot.languages)
    known = _ask(snapshot, store, (*wanted.words, *wanted.phrases, *wanted.forbidden))
    others = snapshot.live
    for clause in wanted.phrases:
        others = others & known[clause]
    for clause in wanted.forbidden:
        others = others - known[clause]
    by_word = [(clause.word, known[clause]) for clause in wanted.words]
    ids = others
    for _word, matches in by_word:
        ids = ids & matches
    found = Found(ids, (*wanted.words, *wanted.phrases), by_word=by_word, others=others)
    if not ids and wanted.words and others:
        _relax(snapshot, store, found)
    return found


def _ask(snapshot: Snapshot, store: FullText, clauses: Sequence[Clause]) -> dict[Clause, BitMap]:
    """Return the matches of every clause, asking the store only for those that the snapshot does not remember."""
    known = {clause: ids for clause in clauses if (ids := snapshot.clauses.get(clause)) is not None}
    missing = [clause for clause in dict.fromkeys(clauses) if clause not in known]
    for clause, found in zip(missing, store.matches(missing), strict=True):
        known[clause] = BitMap(found) & snapshot.live
        snapshot.remember_clause(clause, known[clause])
    return known


def _relax(snapshot: Snapshot, store: FullText, found: Found) -> None:
    """Accept documents with most of the words; a word that nothing holds may be misspelt."""
    matches = [ids for _word, ids in found.by_word]
    unknown = [place for place, ids in enumerate(matches) if not ids]
    alike = _spelt_alike(snapshot, store, [found.by_word[place][0] for place in unknown])
    for place, ids in zip(unknown, alike, strict=True):
        matches[place] = ids
    enough = max(1, int(len(matches) * _MOST))
    found.ids = at_least(enough, matches) & found.others
    found.relaxed = bool(found.ids)
    found.every = False


def _spelt_alike(snapshot: Snapshot, store: FullText, words: Sequence[str]) -> list[BitMap]:
    """Return, for each word, the documents whose title holds most of its runs of four letters."""
    runs = [
        [Clause(terms=(mark(GRAM, gram),)) for gram in grams(word)] if len(word) >= _SHORTEST_MISSPELT else []
        for word in words
    ]
    known = _ask(snapshot, store, [clause for listed in runs for clause in listed][:_MOST_GRAMS])
    return [
        at_least(max(2, math.ceil(len(listed) * _ALIKE)), [known.get(clause, BitMap()) for clause in listed])
        for listed in runs
    ]


def at_least(count: int, groups: Sequence[BitMap]) -> BitMap:
    """Return the documents that are in at least ``count`` (1 or more) of ``groups``."""
    reached = [BitMap() for _level in range(count)]
    for ids in groups:
        for level in range(count - 1, 0, -1):
            reached[level] |= reached[level - 1] & ids
        reached[0] |= ids
    return reached[-1]
