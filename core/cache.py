"""The page cache for anonymous visitors: what a page shows is its surrogate keys, and purging a key drops the page.

A generation per key lives in the cache that all processes share; a stored page carries the generations it was
rendered with and is served only while they all still hold. A generation that the cache has dropped holds no longer.
"""

import hashlib
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
# Much longer than any page is kept.
_GENERATION_SECONDS: Final = 24 * 3600
# Nobody types longer addresses; keeping them would let a stranger fill the cache.
_LONGEST_ADDRESS: Final = 500


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
    transaction.on_commit(lambda: cache.set_many(values, timeout=_GENERATION_SECONDS))


def shows(response: HttpResponse, names: Iterable[str]) -> None:
    """Say which items and lists ``response`` shows."""
    keys: set[str] = getattr(response, _KEYS_ATTRIBUTE, set())
    setattr(response, _KEYS_ATTRIBUTE, keys | set(names))


def shown_by(response: HttpResponse) -> list[str]:
    """Return the surrogate keys of ``response``, always with the one that everything shares."""
    return sorted({EVERYTHING, *getattr(response, _KEYS_ATTRIBUTE, set())})


def may_hold(request: HttpRequest) -> bool:
    """Say whether the page at the address of ``request`` may be kept at all."""
    return len(request.get_full_path()) <= _LONGEST_ADDRESS


def page_key(request: HttpRequest) -> str:
    """Return the cache key of the page that ``request`` asks for."""
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
    if all(current.get(_generation_key(name)) == generation for name, generation in stored.generations):
        return stored
    return None


def store(request: HttpRequest, response: HttpResponse, *, purged_at: str) -> None:
    """Keep ``response`` for the next visitor who asks for the same address.

    ``purged_at`` is ``last_purge()`` as it was before the page was rendered: what was purged meanwhile, also during
    this very call, is not kept.
    """
    headers = tuple((name, value) for name, value in response.headers.items() if name.lower() != "content-length")
    generations = tuple((name, _generation(name)) for name in shown_by(response))
    key = page_key(request)
    cache.set(key, StoredPage(response.content, headers, generations), timeout=settings.PAGE_CACHE_SECONDS)
    if last_purge() != purged_at:
        cache.delete(key)


def _generation(name: str) -> str:
    """Return the generation of ``name``, beginning one where there is none."""
    return str(cache.get_or_set(_generation_key(name), secrets.token_hex(8), timeout=_GENERATION_SECONDS))
