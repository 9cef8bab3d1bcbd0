"""From a word to the terms it is indexed and asked by, in each of the 24 languages."""

import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import Stemmer

from search.analysis import light_stemmers
from search.analysis.words import MAX_WORD, fold

#: Snowball's algorithm per language. Croatian: the Serbian one reads Latin letters and conflates Croatian case forms;
#: Slovak: the Czech one.
SNOWBALL: Final[dict[str, str]] = {
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hr": "serbian",
    "hu": "hungarian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "sk": "czech",
    "sv": "swedish",
}
OWN: Final[dict[str, Callable[[str], str]]] = {
    "bg": light_stemmers.bulgarian,
    "lv": light_stemmers.latvian,
    "mt": light_stemmers.unchanged,
    "sl": light_stemmers.slovenian,
}
LANGUAGES: Final[tuple[str, ...]] = tuple(sorted({*SNOWBALL, *OWN}))

# A Snowball stemmer keeps state while it works and must not be shared by threads.
_of_thread = threading.local()


def _snowball(algorithm: str) -> Callable[[str], str]:
    known: dict[str, Callable[[str], str]] = _of_thread.__dict__.setdefault("stemmers", {})
    stem = known.get(algorithm)
    if stem is None:
        # Our own cache stands in front, so the stemmer's would only cost memory.
        stem = known[algorithm] = Stemmer.Stemmer(algorithm, 0).stemWord
    return stem


def stem(word: str, language: str) -> str:
    """Return the stem of a casefolded ``word``; in a language we do not know, the word itself."""
    algorithm = SNOWBALL.get(language)
    if algorithm is None:
        return OWN.get(language, light_stemmers.unchanged)(word)
    if language == "ga" and len(word) > 4 and word[0] == "h" and word[1] in "aeiouáéíóú":
        # "na himirce": an h before a vowel belongs to the article, and Snowball leaves it.
        word = word[1:]
    return _snowball(algorithm)(word)


@lru_cache(maxsize=200_000)
def terms_of(word: str, language: str) -> tuple[str, ...]:
    """Return the terms of a casefolded word, without accents, most telling first.

    The word is stemmed with its accents, which many stemmers need, and folded afterwards; the stem of the word
    typed without accents is a second term where it differs, so that "uprchlici" finds "uprchlíci".
    """
    if word.isdecimal():
        return (word,)
    first = fold(stem(word, language))[:MAX_WORD]
    plain = fold(word)
    second = fold(stem(plain, language))[:MAX_WORD] if plain != word else first
    return tuple(dict.fromkeys(term for term in (first, second) if term))
