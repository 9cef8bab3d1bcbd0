"""One text analysis for every engine: from text to terms, the same for what is indexed and what is asked.

Elasticsearch and the embedded engine get ready-made tokens, so both find the same things, in all 24 languages, and
highlights know where in the text a term stood.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from search.analysis.compounds import compound_parts
from search.analysis.stemming import LANGUAGES, terms_of
from search.analysis.stopwords import is_stop_word
from search.analysis.words import exact_words, fold, title_key, words

__all__ = [
    "LANGUAGES",
    "Token",
    "analyse",
    "compound_parts",
    "data_digest",
    "exact_words",
    "fold",
    "grams",
    "indexed_terms",
    "terms_of",
    "title_key",
    "words",
]

_GRAM = 4


class Token(NamedTuple):
    """A term, and the part of the original text it stands for."""

    term: str
    start: int
    end: int


def analyse(text: str, language: str) -> list[Token]:
    """Return the tokens of ``text`` in ``language`` (ISO 639-1), in the order of the text, stop words left out.

    A word may give several tokens with the same offsets: its stem, the stem of its form without accents, and, in
    languages with a list of parts, the parts of a compound. Any text is safe: NUL bytes, lone surrogates and
    unknown languages too.
    """
    tokens: list[Token] = []
    for word in words(text):
        if is_stop_word(word.text, language):
            continue
        parts = compound_parts(word.text, language)
        tokens.extend(Token(term, word.start, word.end) for term in (*terms_of(word.text, language), *parts))
    return tokens


def indexed_terms(text: str, language: str) -> tuple[list[str], list[str]]:
    """Return the folded words of ``text`` and its terms in ``language``: ``exact_words`` and ``analyse`` at once."""
    exact: list[str] = []
    terms: list[str] = []
    for word, _start, _end in words(text):
        folded = fold(word)
        if folded:
            exact.append(folded)
        if not is_stop_word(word, language):
            terms.extend(terms_of(word, language))
            terms.extend(compound_parts(word, language))
    return exact, terms


def grams(text: str) -> list[str]:
    """Return the distinct runs of four letters of the words of ``text``: what rescues misspelt titles."""
    found: dict[str, None] = {}
    for word in exact_words(text):
        if len(word) <= _GRAM:
            found[word] = None
        for start in range(len(word) - _GRAM + 1):
            found[word[start : start + _GRAM]] = None
    return list(found)


@lru_cache(maxsize=1)
def data_digest() -> str:
    """Return the digest (SHA-256, hexadecimal) of the word lists that decide how a text is indexed."""
    digest = hashlib.sha256()
    for path in sorted((Path(__file__).resolve().parent / "data").glob("*.txt")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
