"""Alphabetical order as readers expect it: accents do not push a name to the end."""

import unicodedata
from functools import lru_cache
from typing import Final

# Letters that Unicode does not take apart into a base letter and a mark.
_WHOLE_LETTERS: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "ı": "i"})


# Every list sorts the same few hundred names of terms.
@lru_cache(maxsize=2_048)
def sort_key(text: str) -> str:
    """Return a key under which "Österreich" stands beside "Ostern" and "Éire" beside "Eire"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_WHOLE_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
