"""Alphabetical order as readers expect it: accents do not push a name to the end."""

import unicodedata


def sort_key(text: str) -> str:
    """Return a key under which "Österreich" stands beside "Ostern" and "Éire" beside "Eire"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
