"""From a word to the terms it is indexed and asked by, in each of the 24 languages."""

import re
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
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
_IRREGULAR: Final = Path(__file__).resolve().parent / "data" / "irregular.txt"
_MOST_TURNS: Final = 4
_SHORTEST_STEM: Final = 3
# Regular endings that the stemmers leave, put right before they begin …
_BEFORE: Final[dict[str, tuple[tuple[re.Pattern[str], str], ...]]] = {
    # Migrantinnen → Migrantin
    "de": ((re.compile("(?<=....in)nen$"), ""),),
    # pakolaisten → pakolainen, kotoutumisen → kotoutuminen
    "fi": ((re.compile("(?<=....)is(e|e[nt]|ten|i?ll[ae]|i?ss[aä]|i?st[aä]|i[aä]|een|en[aä]|eksi|iin)$"), "inen"),),
    # na himirce: an h before a vowel belongs to the article
    "ga": ((re.compile("^h(?=[aeiouáéíóú]..)"), ""),),
    # cursuri → curs, integrării → integrare
    "ro": ((re.compile("(?<=....)uri(le|lor)?$"), ""), (re.compile("(?<=..)ării$"), "are")),
    # skolan → skola, projektet → projekt
    "sv": ((re.compile("(?<=...[^aeiouyåäö]a)n$"), ""), (re.compile("(?<=.....)et$"), "")),
}
# … or after each of their turns.
_AFTER: Final[dict[str, tuple[re.Pattern[str], str]]] = {
    # kooli → kool
    "et": (re.compile("(?<=....)[aeiou]$"), ""),
    # gradovi → gradov → grad
    "hr": (re.compile("(?<=....)[oe]v$"), ""),
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
    """Return the stem of a casefolded ``word``; in a language we do not know, the word itself.

    Words of ``data/irregular.txt`` take the stem of the first form of their line. The stemmer is applied until it
    changes nothing any more: "Kurse" becomes "kurs", and only then "kur", which is what it makes of "Kurs".
    """
    word = _irregular().get(language, {}).get(word, word)
    algorithm = SNOWBALL.get(language)
    if algorithm is None:
        return OWN.get(language, light_stemmers.unchanged)(word)
    for pattern, replacement in _BEFORE.get(language, ()):
        word = pattern.sub(replacement, word)
    snowball = _snowball(algorithm)
    for _turn in range(_MOST_TURNS):
        shorter = snowball(word)
        if language in _AFTER:
            pattern, replacement = _AFTER[language]
            shorter = pattern.sub(replacement, shorter)
        if shorter == word or len(shorter) < _SHORTEST_STEM:
            break
        word = shorter
    return word


@lru_cache(maxsize=1)
def _irregular() -> dict[str, dict[str, str]]:
    """Return, by language, form → the form whose stem it takes, accents left out as well."""
    forms: dict[str, dict[str, str]] = {}
    for line in _IRREGULAR.read_text("utf-8").splitlines():
        language, colon, listed = line.partition(":")
        if not colon or line.startswith("#"):
            continue
        first, *others = listed.split()
        known = forms.setdefault(language, {})
        for form in others:
            known[form] = first
            known.setdefault(fold(form), first)
        known.setdefault(fold(first), first)
    return forms


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
