"""Which documents hold the words of a query: all of them, else most of them, else something spelt alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pyroaring import BitMap

from search.analysis import grams
from search.analysis.query import ParsedQuery
from search.backends.embedded.fulltext import FullText
from search.backends.embedded.snapshot import Snapshot
from search.backends.tokens import GRAM, Clause, Demand, Term, query_clauses, said_otherwise
from search.ranking import MOST_WORDS, gram_minimum

#: SQLite takes at most 500 questions in one query.
_MOST_GRAMS: Final = 200


@dataclass(slots=True)
class Found:
    """The matches of a query's words, and how they were found.

    ``own`` are those that hold every word itself, the rest says some of it in other words. ``own_clauses`` and
    ``abroad_clauses`` are what scores are made of; ``every`` says that all of ``own`` hold all own clauses.
    ``by_word`` keeps the matches of each single word, ``unknown`` the words that nothing holds, ``others`` the
    matches of the phrases and excluded words together, ``otherwise`` what is marked beside the words themselves.
    """

    ids: BitMap
    own: BitMap
    own_clauses: tuple[Clause, ...] = ()
    abroad_clauses: tuple[Clause, ...] = ()
    every: bool = True
    relaxed: bool = False
    by_word: list[tuple[str, BitMap]] = field(default_factory=list)
    unknown: tuple[str, ...] = ()
    others: BitMap = field(default_factory=BitMap)
    otherwise: dict[str, frozenset[str]] = field(default_factory=dict)


def find(snapshot: Snapshot, store: FullText, query: ParsedQuery, asked: tuple[str, ...]) -> Found:
    """Return what matches ``query``; one query of the store, none when it was asked before, one more to rescue."""
    if query.empty:
        return Found(snapshot.live, snapshot.live, others=snapshot.live)
    wanted = query_clauses(query, asked, snapshot.languages)
    abroad = tuple(dict.fromkeys(demand.abroad for demand in wanted.words if demand.abroad is not None))
    own_clauses = tuple(demand.own for demand in wanted.words)
    known = _ask(snapshot, store, (*own_clauses, *abroad, *wanted.phrases, *wanted.forbidden))
    others = snapshot.live
    for clause in wanted.phrases:
        others = others & known[clause]
    for clause in wanted.forbidden:
        others = others - known[clause]
    by_word = [(demand.word, _either(demand, known)) for demand in wanted.words]
    ids = own = others
    for demand, (_word, matches) in zip(wanted.words, by_word, strict=True):
        ids = ids & matches
        own = own & known[demand.own]
    found = Found(ids, own, (*own_clauses, *wanted.phrases), abroad, by_word=by_word, others=others)
    found.otherwise = said_otherwise(wanted)
    found.unknown = tuple(word for word, matches in by_word if not matches)
    if not ids and wanted.words and others:
        _relax(snapshot, store, found)
    return found


def _either(demand: Demand, known: dict[Clause, BitMap]) -> BitMap:
    return known[demand.own] if demand.abroad is None else known[demand.own] | known[demand.abroad]


def _ask(snapshot: Snapshot, store: FullText, clauses: Sequence[Clause]) -> dict[Clause, BitMap]:
    """Return the matches of every clause, asking the store only for those that the snapshot does not remember."""
    known = {clause: ids for clause in clauses if (ids := snapshot.clauses.get(clause)) is not None}
    missing = [clause for clause in dict.fromkeys(clauses) if clause not in known]
    for clause, found in zip(missing, store.matches(missing), strict=True):
        known[clause] = found & snapshot.live
        snapshot.remember_clause(clause, known[clause])
    return known


def _relax(snapshot: Snapshot, store: FullText, found: Found) -> None:
    """Accept documents with most of the words; a word that nothing holds may be misspelt."""
    matches = [ids for _word, ids in found.by_word]
    unknown = [place for place, ids in enumerate(matches) if not ids]
    alike = _spelt_alike(snapshot, store, [found.by_word[place][0] for place in unknown])
    for place, ids in zip(unknown, alike, strict=True):
        matches[place] = ids
    enough = max(1, int(len(matches) * MOST_WORDS))
    found.ids = found.own = at_least(enough, matches) & found.others
    found.relaxed = bool(found.ids)
    found.every = False


def _spelt_alike(snapshot: Snapshot, store: FullText, words: Sequence[str]) -> list[BitMap]:
    """Return, for each word, the documents whose title holds most of its runs of four letters."""
    runs = [
        [Clause(ways=((Term(GRAM, gram),),)) for gram in grams(word)] if gram_minimum(word) else [] for word in words
    ]
    known = _ask(snapshot, store, [clause for listed in runs for clause in listed][:_MOST_GRAMS])
    return [
        at_least(gram_minimum(word), [known.get(clause, BitMap()) for clause in listed]) if listed else BitMap()
        for word, listed in zip(words, runs, strict=True)
    ]


def occurrences(snapshot: Snapshot, store: FullText, words: Sequence[Clause]) -> list[int]:
    """Return how many documents hold each of ``words``."""
    known = _ask(snapshot, store, words)
    return [len(known[clause]) for clause in words]


def at_least(count: int, groups: Sequence[BitMap]) -> BitMap:
    """Return the documents that are in at least ``count`` (1 or more) of ``groups``."""
    reached = [BitMap() for _level in range(count)]
    for ids in groups:
        for level in range(count - 1, 0, -1):
            reached[level] |= reached[level - 1] & ids
        reached[0] |= ids
    return reached[-1]
