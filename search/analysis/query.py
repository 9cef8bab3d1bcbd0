"""What a visitor typed, taken apart: words, "phrases" and -excluded words, within fixed limits."""

import re
from dataclasses import dataclass
from typing import Final

from search.analysis.compounds import compound_parts
from search.analysis.stemming import terms_of
from search.analysis.stopwords import is_stop_word, stop_languages
from search.analysis.words import exact_words, fold, title_key, words

MAX_CHARACTERS: Final = 5_000
MAX_WORDS: Final = 32

_QUOTED: Final = re.compile(
    r'(-?)["\u201c\u201d\u201e\u201f\u00ab\u00bb]([^"\u201c\u201d\u201e\u201f\u00ab\u00bb]*)["\u201c\u201d\u201e\u201f\u00ab\u00bb]'
)
_MINUS: Final = re.compile(r"(?:^|(?<=\s))[-\u2212](?=\w)(\S+)")


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word that was asked for: as typed (casefolded) and without accents."""

    text: str
    exact: str

    def terms(self, language: str) -> tuple[str, ...]:
        """Return the terms any of which a document in ``language`` may hold."""
        return terms_of(self.text, language)

    def parts(self, language: str) -> tuple[str, ...]:
        """Return the parts all of which a document in ``language`` may hold instead (compounds)."""
        return compound_parts(self.text, language)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query ready for any engine; phrases are sequences of folded words."""

    words: tuple[QueryWord, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[QueryWord, ...] = ()
    excluded_phrases: tuple[tuple[str, ...], ...] = ()
    title_key: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing at all is asked, so that everything is found."""
        return not (self.words or self.phrases or self.excluded or self.excluded_phrases)


def parse_query(text: str, languages: tuple[str, ...]) -> ParsedQuery:
    """Take ``text`` apart; function words of ``languages`` (or of the language they betray) are left out.

    At most 5,000 characters and 32 words are read, and each word once. A query of nothing but function words keeps
    them.
    """
    text = text[:MAX_CHARACTERS]
    budget = MAX_WORDS
    phrases: list[tuple[str, ...]] = []
    excluded_phrases: list[tuple[str, ...]] = []
    excluded: dict[str, QueryWord] = {}
    for minus, inner in _QUOTED.findall(text):
        phrase = tuple(exact_words(inner)[:budget])
        budget -= len(phrase)
        if phrase:
            (excluded_phrases if minus else phrases).append(phrase)
    rest = _QUOTED.sub(" ", text)
    for part in _MINUS.findall(rest):
        for word in _query_words(part):
            if len(excluded) < budget:
                excluded[word.text] = word
    budget -= len(excluded)
    asked = {word.text: word for word in _query_words(_MINUS.sub(" ", rest))}
    return ParsedQuery(
        words=tuple(_telling(list(asked.values())[:MAX_WORDS], languages)[: max(budget, 0)]),
        phrases=tuple(dict.fromkeys(phrases)),
        excluded=tuple(excluded.values()),
        excluded_phrases=tuple(dict.fromkeys(excluded_phrases)),
        title_key=title_key(text.replace('"', " ")),
    )


def _query_words(text: str) -> list[QueryWord]:
    found = [QueryWord(word.text, fold(word.text)) for word in words(text)]
    return [word for word in found if word.exact]


def _telling(asked: list[QueryWord], languages: tuple[str, ...]) -> list[QueryWord]:
    """Return the words that carry meaning, or all of them when none does."""
    known = {*languages, *_betrayed_languages(asked)}
    telling = [word for word in asked if not any(is_stop_word(word.text, language) for language in known)]
    return telling or asked


def _betrayed_languages(asked: list[QueryWord]) -> set[str]:
    """Return the languages of which the query holds two function words or more: "Flüchtlinge in der Schule"."""
    counts: dict[str, int] = {}
    for word in asked:
        for language in stop_languages(word.text):
            counts[language] = counts.get(language, 0) + 1
    most = max(counts.values(), default=0)
    return {language for language, count in counts.items() if count == most >= 2}


def with_word(text: str, word: str, other: str) -> str:
    """Return the typed ``text`` with every occurrence of ``word`` (as parsed) replaced by ``other``, else as it was."""
    pieces: list[str] = []
    done = 0
    for found in words(text):
        if found.text == word:
            pieces += (text[done : found.start], other)
            done = found.end
    return "".join((*pieces, text[done:]))
