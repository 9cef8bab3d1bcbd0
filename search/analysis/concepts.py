"""The portal's thesaurus: what practitioners search for, in the words of all 24 languages.

``data/concepts/<language>.json`` holds the themes, topics and target groups of the taxonomy and the field's other
common notions, code → labels. A query that speaks of one of them also finds what says the same in another language,
or with another word of the same language, without any model.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from search.analysis.query import QueryWord
from search.analysis.stemming import terms_of
from search.analysis.stopwords import is_stop_word
from search.analysis.words import words

_DATA: Final = Path(__file__).resolve().parent / "data" / "concepts"
#: No label has more telling words.
_LONGEST: Final = 4

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words ``start`` to ``end`` (not included) of a query speak of concepts: their labels' stems by language."""

    start: int
    end: int
    text: str
    ways: Mapping[str, tuple[Stems, ...]]


@lru_cache(maxsize=1)
def labels() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return language → code → labels, the usual one first."""
    return {
        path.stem: {code: tuple(listed) for code, listed in json.loads(path.read_text("utf-8")).items()}
        for path in sorted(_DATA.glob("*.json"))
    }


def _stems(label: str, language: str) -> tuple[tuple[str, ...], ...]:
    """Return, for each telling word of ``label``, the terms it may stand as."""
    return tuple(terms_of(word.text, language) for word in words(label) if not is_stop_word(word.text, language))


@lru_cache(maxsize=1)
def _ways() -> dict[str, dict[str, tuple[Stems, ...]]]:
    """Return code → language → the labels as stems, shortest first."""
    ways: dict[str, dict[str, tuple[Stems, ...]]] = {}
    for language, concepts in labels().items():
        for code, listed in concepts.items():
            stems = {
                tuple(terms[0] for terms in found): None
                for label in listed
                if (found := _stems(label, language)) and all(found)
            }
            ways.setdefault(code, {})[language] = tuple(sorted(stems, key=len))
    return ways


@lru_cache(maxsize=32)
def _codes(language: str) -> dict[Stems, tuple[str, ...]]:
    """Return stems of a label → codes, for one language; accents left out count as well."""
    found: dict[Stems, dict[str, None]] = {}
    for code, listed in labels().get(language, {}).items():
        for label in listed:
            terms = _stems(label, language)
            if not terms or not all(terms) or len(terms) > _LONGEST:
                continue
            for variant in {tuple(options[0] for options in terms), tuple(options[-1] for options in terms)}:
                found.setdefault(variant, {})[code] = None
    return {stems: tuple(codes) for stems, codes in found.items()}


def spoken(asked: Sequence[QueryWord], languages: Sequence[str]) -> tuple[Spoken, ...]:
    """Return what the words of a query speak of, read in one of ``languages``: the longest labels first."""
    found: list[Spoken] = []
    place = 0
    while place < len(asked):
        for length in range(min(_LONGEST, len(asked) - place), 0, -1):
            part = asked[place : place + length]
            codes = dict.fromkeys(code for language in languages for code in _read(part, language))
            if codes:
                found.append(Spoken(place, place + length, " ".join(word.text for word in part), _merged(tuple(codes))))
                place += length
                break
        else:
            place += 1
    return tuple(found)


def _read(part: Sequence[QueryWord], language: str) -> tuple[str, ...]:
    """Return the codes that ``part`` names in ``language``."""
    known = _codes(language)
    options = [word.terms(language) for word in part]
    if not all(options):
        return ()
    first = known.get(tuple(terms[0] for terms in options), ())
    return first or known.get(tuple(terms[-1] for terms in options), ())


@lru_cache(maxsize=2_000)
def _merged(codes: tuple[str, ...]) -> Mapping[str, tuple[Stems, ...]]:
    """Return the labels of all ``codes`` together, by language."""
    ways: dict[str, dict[Stems, None]] = {}
    for code in codes:
        for language, stems in _ways()[code].items():
            ways.setdefault(language, {}).update(dict.fromkeys(stems))
    return {language: tuple(stems) for language, stems in ways.items()}
