"""The engines behind the port, and which of them are in use."""

from functools import lru_cache
from typing import Final

from django.conf import settings

from search.backends.base import QuestionRefusedError, RebuildRefusedError, SearchBackend, SearchUnavailableError

__all__ = [
    "ELASTICSEARCH",
    "EMBEDDED",
    "QuestionRefusedError",
    "RebuildRefusedError",
    "SearchBackend",
    "SearchUnavailableError",
    "all_backends",
    "get_backend",
]

EMBEDDED: Final = "embedded"
ELASTICSEARCH: Final = "elasticsearch"


@lru_cache(maxsize=1)
def _embedded() -> SearchBackend:
    from search.backends.embedded.engine import EmbeddedBackend

    return EmbeddedBackend()


@lru_cache(maxsize=8)
def _elastic(url: str, index: str) -> SearchBackend:
    # Imported only where it is in use: the client takes 0.2 s and 20 MB.
    from search.backends.elastic.engine import ElasticBackend

    return ElasticBackend(url, index)


def all_backends() -> tuple[SearchBackend, ...]:
    """Return the engines in use, the one that answers first: all of them are kept up to date."""
    if settings.ELASTICSEARCH_URL:
        return _elastic(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX), _embedded()
    return (_embedded(),)


def get_backend(name: str = "") -> SearchBackend:
    """Return the engine of that name, or the one that answers when all is well.

    Raises LookupError when it is not in use.
    """
    for backend in all_backends():
        if name in {"", backend.name}:
            return backend
    message = f"The search engine {name} is not in use."
    raise LookupError(message)
