"""German compounds taken apart with a list of parts: "Flüchtlingsunterkünfte" is found by "Unterkunft"."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from search.analysis.stemming import stem
from search.analysis.words import fold

_DATA: Final = Path(__file__).resolve().parent / "data"
_LINKS: Final = ("", "s", "es", "n", "en", "er", "e", "ns")
_MIN_COMPOUND: Final = 8


@lru_cache(maxsize=1)
def _parts() -> tuple[dict[str, str], dict[str, str]]:
    """Return how parts look inside a compound (folded form → stem), and their stems as they end one."""
    inside: dict[str, str] = {}
    last: dict[str, str] = {}
    for line in (_DATA / "compounds_de.txt").read_text("utf-8").splitlines():
        for word in line.partition("#")[0].split():
            term = fold(stem(word, "de"))
            plain = fold(word)
            last[term] = term
            last[fold(stem(plain, "de"))] = term
            for link in _LINKS:
                inside.setdefault(plain + link, term)
            if plain.endswith("e"):
                # "Schule" → "Schul-", "Hilfe" → "Hilfs-"
                inside.setdefault(plain[:-1], term)
                inside.setdefault(plain[:-1] + "s", term)
    return inside, last


@lru_cache(maxsize=50_000)
def compound_parts(word: str) -> tuple[str, ...]:
    """Return the stems of the parts of a casefolded German word; nothing when the list does not cover it whole."""
    plain = fold(word)
    if len(plain) < _MIN_COMPOUND or plain.isdecimal():
        return ()
    found = _split(plain, 0)
    return tuple(dict.fromkeys(found)) if found and len(found) > 1 else ()


def _split(word: str, depth: int) -> tuple[str, ...] | None:
    """Return the stems of the fewest parts that cover ``word``, longest part first; None when none do."""
    inside, last = _parts()
    whole = last.get(fold(stem(word, "de")))
    if whole is not None:
        return (whole,)
    if depth > 3:
        return None
    for cut in range(len(word) - 3, 2, -1):
        head = inside.get(word[:cut])
        if head is None:
            continue
        rest = _split(word[cut:], depth + 1)
        if rest is not None:
            return (head, *rest)
    return None
