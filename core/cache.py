"""The page cache for anonymous visitors: what a page shows is its surrogate keys, and purging a key drops the page.

A generation number per key lives in the shared cache; a stored page carries the generations it was rendered with
and is served only while they all still hold.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse

EVERYTHING: Final = "everything"
LISTS: Final = "lists"
_KEYS_ATTRIBUTE: Final = "surrogate_keys"
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A rendered page as it lies in the cache."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    generations: tuple[tuple[str, str], ...]


def _generation_key(name: str) -> str:
    return f"surrogate:{name}"


def purge(*names: str) -> None:
    """Drop every cached page that shows one of ``names`` (stable ids, "lists", "everything"), once committed."""
    values = {_generation_key(name): secrets.token_hex(8) for name in (*names, "last-purge")}
    transaction.on_commit(lambda: cache.set_many(values, timeout=24 * _HOUR))


def shows(response: HttpResponse, names: Iterable[str]) -> None:
    """Say which items and lists ``response`` shows."""
    keys: set[str] = getattr(response, _KEYS_ATTRIBUTE, set())
    setattr(response, _KEYS_ATTRIBUTE, keys | set(names))


def shown_by(response: HttpResponse) -> list[str]:
    """Return the surrogate keys of ``response``, always with the one that everything shares."""
    return sorted({EVERYTHING, *getattr(response, _KEYS_ATTRIBUTE, set())})


def page_key(request: HttpRequest) -> str:
    """Return the cache key of the page that ``request`` asks for."""
    import hashlib

    address = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
    return "page:" + hashlib.sha256(address.encode()).hexdigest()


def last_purge() -> str:
    """Return a mark that changes with every purge; a page rendered across a purge is not stored."""
    return str(cache.get(_generation_key("last-purge"), ""))


def load(request: HttpRequest) -> StoredPage | None:
    """Return the stored page for ``request`` if all it shows is still current."""
    stored: StoredPage | None = cache.get(page_key(request))
    if stored is None:
        return None
    current = cache.get_many([_generation_key(name) for name, _ in stored.generations])
    if all(current.get(_generation_key(name), "") == generation for name, generation in stored.generations):
        return stored
    return None


def store(request: HttpRequest, response: HttpResponse) -> None:
    """Keep ``response`` for the next visitor who asks for the same address."""
    names = shown_by(response)
    current = cache.get_many([_generation_key(name) for name in names])
    headers = tuple((name, value) for name, value in response.headers.items() if name.lower() != "content-length")
    generations = tuple((name, current.get(_generation_key(name), "")) for name in names)
    cache.set(
        page_key(request), StoredPage(response.content, headers, generations), timeout=settings.PAGE_CACHE_SECONDS
    )
