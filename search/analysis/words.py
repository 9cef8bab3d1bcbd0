"""Where words begin and end, and what is left of them when case and accents are taken away."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

#: PostgreSQL refuses a lexeme beyond 2,046 bytes, which any visitor could send; no real word is this long.
MAX_WORD: Final = 64

# Letters and digits, joined by soft hyphens, zero-width joiners and combining marks (text not in NFC).
_MARKS: Final = "\u00ad\u200b-\u200d\u0300-\u036f"
WORD: Final = re.compile(rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200d]")
_APOSTROPHES: Final = frozenset("'\u2019\u02bc\u2018`\u00b4")

# Letters that Unicode does not decompose, but that readers type without their stroke or ligature.
_UNDECOMPOSED: Final = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ŧ": "t",
        "ŀ": "l",
        "ς": "σ",
    }
)

# Articles and particles that lose their vowel before an apostrophe, in any of the languages that do so.
_ELIDED: Final = frozenset(
    (
        *("l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu"),
        *("un", "gl", "dell", "all", "dall", "nell", "sull", "coll", "quell", "quest", "bell", "sant"),
        *("dev", "b", "f", "x"),
    )
)
# What follows an apostrophe and carries no meaning: the English genitive.
_AFTER_APOSTROPHE: Final = frozenset({"s"})


class Word(NamedTuple):
    """A word of a text: itself, casefolded and cut at 64 characters, and where it stands."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of ``text``, without elided articles ("l'", "d’", "qu'") and the English "'s"."""
    length = len(text)
    for match in WORD.finditer(text):
        start, end = match.span()
        word = normal(match.group())
        if end < length and text[end] in _APOSTROPHES and word in _ELIDED and text[end + 1 : end + 2].isalpha():
            continue
        if (
            word in _AFTER_APOSTROPHE
            and start
            and text[start - 1] in _APOSTROPHES
            and text[start - 2 : start - 1].isalpha()
        ):
            continue
        if word:
            yield Word(word, start, end)


@lru_cache(maxsize=100_000)
def normal(raw: str) -> str:
    """Return a word as it stands in a text, casefolded, composed and cut at 64 characters."""
    if len(raw) > MAX_WORD:
        raw = raw[:MAX_WORD]
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", raw).casefold())


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Return ``word`` without accents, strokes and ligatures: "Żółć" becomes "zolc"; letters and digits only."""
    if word.isascii():
        return (
            word.casefold()[:MAX_WORD] if word.isalnum() else "".join(filter(str.isalnum, word.casefold()))[:MAX_WORD]
        )
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_UNDECOMPOSED))
    return "".join(char for char in plain if char.isalnum())[:MAX_WORD]


def exact_words(text: str) -> list[str]:
    """Return the folded words of ``text``, none left out: what phrases and exact titles are compared by."""
    return [folded for word in words(text) if (folded := fold(word.text))]


def title_key(title: str) -> str:
    """Return the form under which two titles count as the same."""
    return " ".join(exact_words(title))[:500]
