"""Compounds taken apart with a list of parts a language: "Flüchtlingsunterkünfte" is found by "Unterkunft"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from search.analysis.stemming import stem
from search.analysis.words import fold

_DATA: Final = Path(__file__).resolve().parent / "data"
_MOST_CUTS: Final = 4
_SHORTEST_PART: Final = 3


@dataclass(frozen=True, slots=True)
class _Joining:
    """How a language joins words: what comes between them, and what endings become inside a compound."""

    links: tuple[str, ...]
    shortest: int = 8
    endings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_JOINING: Final[dict[str, _Joining]] = {
    # arbejde → arbejds-
    "da": _Joining(("", "s", "e", "er"), endings={"e": ("", "s")}),
    # Schule → Schul-, Hilfe → Hilfs-
    "de": _Joining(("", "s", "es", "n", "en", "er", "e", "ns"), endings={"e": ("", "s")}),
    # nainen → nais-, koulutus → koulutuksen-, työttömyys → työttömyyden-
    "fi": _Joining(
        ("", "n"),
        shortest=7,
        endings={
            "nen": ("s", "sen", "sten"),
            "us": ("uksen", "usten"),
            "ys": ("yksen", "ysten"),
            "uus": ("uuden",),
            "yys": ("yyden",),
        },
    ),
}


@lru_cache(maxsize=len(_JOINING))
def _parts(language: str) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Return how parts look inside a compound (folded form → stem), and, as they end one, their beginning and stem.

    Forms that no rule makes follow their word after a slash: "stad/steden".
    """
    joining = _JOINING[language]
    inside: dict[str, str] = {}
    last: dict[tuple[str, str], str] = {}
    for line in (_DATA / f"compounds_{language}.txt").read_text("utf-8").splitlines():
        for entry in line.partition("#")[0].split():
            word, *forms = entry.split("/")
            term = fold(stem(word, language))
            plain = fold(word)
            last[_ending(plain, term)] = term
            last[_ending(plain, fold(stem(plain, language)))] = term
            for link in joining.links:
                inside.setdefault(plain + link, term)
            for ending, others in joining.endings.items():
                if plain.endswith(ending):
                    for other in others:
                        inside.setdefault(plain.removesuffix(ending) + other, term)
            for form in forms:
                inside[fold(form)] = term
                last.setdefault(_ending(fold(form), fold(stem(fold(form), language))), term)
    return inside, last


def _ending(word: str, term: str) -> tuple[str, str]:
    """Return how the folded ``word`` begins, and its stem.

    The stem alone says too little: some stemmers drop beginnings too, as the Dutch one does with "ge-" ("-lijk").
    """
    return word[:2], term


def compound_parts(word: str, language: str) -> tuple[str, ...]:
    """Return the stems of the parts of a casefolded word; nothing when the list does not cover it whole.

    Nothing either in a language without a list.
    """
    # The words of other languages would only push those out that are worth remembering.
    return _parts_of(word, language) if language in _JOINING else ()


@lru_cache(maxsize=100_000)
def _parts_of(word: str, language: str) -> tuple[str, ...]:
    plain = fold(word)
    if len(plain) < _JOINING[language].shortest or plain.isdecimal():
        return ()
    found = _split(plain, language, 0)
    return tuple(dict.fromkeys(found)) if found and len(found) > 1 else ()


def _split(word: str, language: str, cuts: int) -> tuple[str, ...] | None:
    """Return the stems of the fewest parts that cover ``word``, longest part first; None when none do."""
    inside, last = _parts(language)
    whole = last.get(_ending(word, fold(stem(word, language))))
    if whole is not None:
        return (whole,)
    if cuts == _MOST_CUTS:
        return None
    for cut in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        head = inside.get(word[:cut])
        if head is None:
            continue
        rest = _split(word[cut:], language, cuts + 1)
        if rest is not None:
            return (head, *rest)
    return None
