"""The engines behind the port, and which one is in use."""

from functools import lru_cache
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string

from search.backends.base import SearchBackend, SearchUnavailableError

__all__ = ["SearchBackend", "SearchUnavailableError", "get_backend"]

_DEFAULT: Final = "search.backends.embedded.engine.EmbeddedBackend"


@lru_cache(maxsize=4)
def _backend(path: str) -> SearchBackend:
    backend: SearchBackend = import_string(path)()
    return backend


def get_backend() -> SearchBackend:
    """Return the engine that ``settings.SEARCH_BACKEND`` names by dotted path (default: the embedded one)."""
    return _backend(getattr(settings, "SEARCH_BACKEND", _DEFAULT))
