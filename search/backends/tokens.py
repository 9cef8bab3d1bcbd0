"""Documents and queries as tokens, each marked with where it comes from; the same for every engine.

``de_fluchtling`` is a German stem, ``x_fluchtlinge`` the word itself without accents in any language, ``g_fluc`` four
letters of a title. A German stem is never taken for a French one, while names and codes match everywhere.
"""

from dataclasses import dataclass, field
from typing import Final

from search.analysis import analyse, exact_words, grams
from search.analysis.query import ParsedQuery, QueryWord
from search.types import SearchDocument

EXACT: Final = "x"
GRAM: Final = "g"
#: No item of the portal is longer; a mistake (a whole book pasted in) must not fill the index.
MAX_BODY_CHARACTERS: Final = 400_000


def mark(namespace: str, term: str) -> str:
    """Return ``term`` with the mark of its namespace."""
    return f"{namespace}_{term}"


@dataclass(slots=True)
class DocumentTokens:
    """The tokens of one document by field, in reading order, so that phrases can be found."""

    title: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    grams: list[str] = field(default_factory=list)
    languages: set[str] = field(default_factory=set)

    def add(self, target: list[str], text: str, language: str) -> None:
        """Append the exact words of ``text``, then its stems in ``language``."""
        if not text:
            return
        text = text[:MAX_BODY_CHARACTERS]
        target.extend(mark(EXACT, word) for word in exact_words(text))
        target.extend(mark(language, token.term) for token in analyse(text, language))
        self.languages.add(language)


def document_tokens(document: SearchDocument) -> DocumentTokens:
    """Return the tokens of ``document``: its own language, the English title and summary, its terms' names."""
    tokens = DocumentTokens()
    tokens.add(tokens.title, document.title, document.language)
    tokens.add(tokens.title, document.english_title, "en")
    tokens.add(tokens.summary, document.summary, document.language)
    tokens.add(tokens.summary, document.english_summary, "en")
    tokens.add(tokens.body, document.body, document.language)
    for language, names in document.labels.items():
        tokens.add(tokens.body, names, language)
    tokens.grams.extend(mark(GRAM, gram) for gram in grams(f"{document.title} {document.english_title}"))
    return tokens


@dataclass(frozen=True, slots=True)
class Clause:
    """One demand on a document: any of ``terms``, or all of ``parts``, or the ``phrase`` word for word."""

    terms: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    word: str = ""


def word_clause(word: QueryWord, languages: tuple[str, ...]) -> Clause:
    """Return what a document must hold for ``word``: the word itself, or its stem in one of ``languages``."""
    terms = [mark(EXACT, word.exact)]
    for language in languages:
        terms.extend(mark(language, term) for term in word.terms(language))
    parts = tuple(mark("de", part) for part in word.parts("de")) if "de" in languages else ()
    return Clause(terms=tuple(dict.fromkeys(terms)), parts=parts, word=word.text)


def phrase_clause(phrase: tuple[str, ...]) -> Clause:
    """Return the demand that ``phrase`` (folded words) stands in the document word for word."""
    return Clause(phrase=tuple(mark(EXACT, word) for word in phrase), word=" ".join(phrase))


@dataclass(frozen=True, slots=True)
class QueryClauses:
    """A whole query as demands: all of ``required`` (phrases and words), none of ``forbidden``."""

    words: tuple[Clause, ...] = ()
    phrases: tuple[Clause, ...] = ()
    forbidden: tuple[Clause, ...] = ()


def query_clauses(query: ParsedQuery, languages: tuple[str, ...]) -> QueryClauses:
    """Return the demands of ``query`` on documents written in ``languages``."""
    return QueryClauses(
        words=tuple(word_clause(word, languages) for word in query.words),
        phrases=tuple(phrase_clause(phrase) for phrase in query.phrases),
        forbidden=(
            *(word_clause(word, languages) for word in query.excluded),
            *(phrase_clause(phrase) for phrase in query.excluded_phrases),
        ),
    )
