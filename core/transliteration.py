"""Readable ASCII for addresses, from any script used in the European Union."""

import unicodedata
from typing import Final

_BULGARIAN: Final = tuple("a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya".split())  # noqa: SIM905
_GREEK: Final = tuple("a v g d e z i th i k l m n x o p r s t y f ch ps o".split())  # noqa: SIM905

# Greek follows ISO 843 / ELOT 743, Bulgarian the Transliteration Act of 2009; the others lose their marks.
_TABLE: Final = {
    **dict(zip("абвгдежзийклмнопрстуфхцчшщъьюя", _BULGARIAN, strict=True)),
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK, strict=True)),
    "ς": "s",
    "ß": "ss",
    "æ": "ae",
    "ø": "o",
    "å": "a",
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "đ": "d",
    "ł": "l",
    "ħ": "h",
    "ŋ": "n",
    "þ": "th",
    "ð": "d",
    "œ": "oe",
    "ı": "i",
}


def to_ascii(text: str) -> str:
    """Return ``text`` in lower-case ASCII letters: "Über Χίος" becomes "ueber chios"."""
    result: list[str] = []
    for char in unicodedata.normalize("NFC", text.lower()):
        if char in _TABLE:
            result.append(_TABLE[char])
            continue
        bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
        result.append("".join(_TABLE.get(part, part) for part in bare))
    return "".join(result).encode("ascii", "ignore").decode()
