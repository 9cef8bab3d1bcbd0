"""Words that carry no meaning of their own, by language."""

from functools import lru_cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).resolve().parent / "data" / "stop_words.txt"


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    lists: dict[str, frozenset[str]] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        language, colon, listed = line.partition(":")
        if colon and not line.startswith("#"):
            lists[language] = frozenset(listed.split())
    return lists


def is_stop_word(word: str, language: str) -> bool:
    """Return whether the casefolded ``word`` is a function word in ``language``."""
    return word in _lists().get(language, frozenset())


@lru_cache(maxsize=10_000)
def stop_languages(word: str) -> frozenset[str]:
    """Return the languages in which the casefolded ``word`` is a function word."""
    return frozenset(language for language, listed in _lists().items() if word in listed)
