"""Documents and queries as tokens, each in the namespace it comes from; the same for every engine.

Namespaces are languages ("de": German stems), "x" (the word itself without accents, in any language) and "g" (four
letters of a title). A German stem is never taken for a French one, while names and codes match everywhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from search.analysis import data_digest, grams, indexed_terms
from search.analysis.concepts import Spoken, spoken
from search.analysis.query import ParsedQuery, QueryWord
from search.types import SearchDocument

EXACT: Final = "x"
GRAM: Final = "g"
#: The texts of a document that are searched, the most telling first.
FIELDS: Final = ("title", "summary", "body")
#: Where a word said in another language must stand: a passing mention in a long text would find too much.
TELLING_FIELDS: Final = ("title", "summary")
#: No item of the portal is longer; a mistake (a whole book pasted in) must not fill the index.
MAX_BODY_CHARACTERS: Final = 400_000


#: A query of more words is looked for in the languages asked only, and not in other words.
MOST_WORDS_ABROAD: Final = 12

#: Counts what this module and ``search.analysis`` do to a text; another number means another index.
_FORMAT: Final = 3


@lru_cache(maxsize=1)
def analysis_version() -> str:
    """Return what tells one way of turning texts into tokens from another: an index made in another way is stale."""
    return f"{_FORMAT}-{data_digest()[:16]}"


class Term(NamedTuple):
    """A token and the namespace it belongs to."""

    namespace: str
    text: str

    @property
    def marked(self) -> str:
        """The token for engines that keep all namespaces in one field: "de_fluchtling"."""
        return f"{self.namespace}_{self.text}"


@dataclass(slots=True)
class DocumentTokens:
    """The tokens of one document: field → runs of tokens in reading order, each with its namespace.

    A phrase may stand within one run only: it never reaches from a title into its translation.
    """

    fields: dict[str, list[tuple[str, list[str]]]] = field(default_factory=lambda: {name: [] for name in FIELDS})
    grams: list[str] = field(default_factory=list)

    def add(self, name: str, text: str, language: str) -> None:
        """Append the exact words of ``text`` and its stems in ``language`` to the field ``name``."""
        if not text:
            return
        text = text[:MAX_BODY_CHARACTERS]
        exact, terms = indexed_terms(text, language)
        self.fields[name] += [(EXACT, exact), (language, terms)]

    def marked(self, name: str) -> Iterator[str]:
        """Yield the tokens of the field ``name`` with the marks of their namespaces."""
        for namespace, run in self.fields[name]:
            for text in run:
                yield f"{namespace}_{text}"

    def by_namespace(self) -> dict[str, dict[str, list[str]]]:
        """Return namespace → field → runs as texts, for engines with fields for each language."""
        groups: dict[str, dict[str, list[str]]] = {}
        for name, runs in self.fields.items():
            for namespace, run in runs:
                if run:
                    groups.setdefault(namespace, {}).setdefault(name, []).append(" ".join(run))
        return groups

    def marked_grams(self) -> list[str]:
        """Return the runs of four letters with their mark."""
        return [f"{GRAM}_{text}" for text in self.grams]


def document_tokens(document: SearchDocument) -> DocumentTokens:
    """Return the tokens of ``document``: its own language, the English title and summary, its terms' names."""
    tokens = DocumentTokens()
    tokens.add("title", document.title, document.language)
    tokens.add("title", document.english_title, "en")
    tokens.add("summary", document.summary, document.language)
    tokens.add("summary", document.english_summary, "en")
    for language, names in document.labels.items():
        tokens.add("summary", names, language)
    tokens.add("body", document.body, document.language)
    tokens.grams.extend(grams(f"{document.title} {document.english_title}"))
    return tokens


@dataclass(frozen=True, slots=True)
class Clause:
    """One demand on a document: any of the ``ways`` (each a set of terms that must all be there), or the ``phrase``.

    ``telling`` limits the demand to title and summary.
    """

    ways: tuple[tuple[Term, ...], ...] = ()
    phrase: tuple[str, ...] = ()
    word: str = ""
    telling: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """A word of the query: ``own`` finds the word itself, ``abroad`` the same thing said in other words."""

    own: Clause
    abroad: Clause | None = None

    @property
    def word(self) -> str:
        """The word as it was typed, casefolded."""
        return self.own.word


def word_clause(word: QueryWord, languages: tuple[str, ...]) -> Clause:
    """Return what a document must hold for ``word``: the word itself, or its stem in one of ``languages``."""
    ways: list[tuple[Term, ...]] = [(Term(EXACT, word.exact),)]
    for language in languages:
        ways.extend((Term(language, term),) for term in word.terms(language))
    parts = (tuple(Term(language, part) for part in word.parts(language)) for language in languages)
    return Clause(ways=tuple(dict.fromkeys((*ways, *filter(None, parts)))), word=word.text)


def phrase_clause(phrase: tuple[str, ...]) -> Clause:
    """Return the demand that ``phrase`` (folded words) stands in the document word for word."""
    return Clause(phrase=phrase, word=" ".join(phrase))


def _abroad(said: Spoken, languages: tuple[str, ...]) -> Clause | None:
    """Return the demand for what ``said`` means, in the words of any of ``languages``."""
    ways = tuple(
        tuple(Term(language, stem) for stem in stems) for language in languages for stems in said.ways.get(language, ())
    )
    return Clause(ways=ways, word=said.text, telling=True) if ways else None


@dataclass(frozen=True, slots=True)
class QueryClauses:
    """A whole query as demands: all of ``words`` and ``phrases``, none of ``forbidden``."""

    words: tuple[Demand, ...] = ()
    phrases: tuple[Clause, ...] = ()
    forbidden: tuple[Clause, ...] = ()


# A long query's demands take 250 kB, and visitors may type anything.
@lru_cache(maxsize=200)
def query_clauses(query: ParsedQuery, asked: tuple[str, ...], indexed: tuple[str, ...]) -> QueryClauses:
    """Return the demands of ``query`` on documents in the languages ``indexed``, typed in one of those ``asked``.

    A word is looked for in every language of the index, not only in those asked: one word alone does not betray its
    language, and a reader who types it means that word. A long text does betray it, and would become thousands of
    demands, more than an engine takes or answers in time: its words are looked for in the languages asked.
    """
    long = len(query.words) > MOST_WORDS_ABROAD
    if long:
        indexed = asked
    abroad: dict[int, Clause | None] = {}
    for said in () if long else spoken(query.words, asked):
        clause = _abroad(said, indexed)
        abroad.update(dict.fromkeys(range(said.start, said.end), clause))
    return QueryClauses(
        words=tuple(Demand(word_clause(word, indexed), abroad.get(place)) for place, word in enumerate(query.words)),
        phrases=tuple(phrase_clause(phrase) for phrase in query.phrases),
        forbidden=(
            *(word_clause(word, indexed) for word in query.excluded),
            *(phrase_clause(phrase) for phrase in query.excluded_phrases),
        ),
    )


def by_namespace(clause: Clause) -> tuple[Mapping[str, tuple[str, ...]], tuple[tuple[Term, ...], ...]]:
    """Return the single terms of ``clause`` by namespace, and its ways of several terms."""
    single: dict[str, list[str]] = {}
    for way in clause.ways:
        if len(way) == 1:
            single.setdefault(way[0].namespace, []).append(way[0].text)
    return {name: tuple(terms) for name, terms in single.items()}, tuple(way for way in clause.ways if len(way) > 1)


def said_otherwise(clauses: QueryClauses) -> dict[str, frozenset[str]]:
    """Return, by language, the stems of what says the query's words in other words: they are marked in results too."""
    stems: dict[str, set[str]] = {}
    for demand in clauses.words:
        for way in demand.abroad.ways if demand.abroad else ():
            for term in way:
                stems.setdefault(term.namespace, set()).add(term.text)
    return {language: frozenset(found) for language, found in stems.items()}
