"""The engines that the contract holds; another engine joins by one line here."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from search.backends import SearchBackend
from search.backends.embedded.engine import EmbeddedBackend
from search.types import SearchDocument

ENGINES: dict[str, Callable[[], SearchBackend]] = {"embedded": EmbeddedBackend}

START = dt.datetime(2020, 1, 1, 12, tzinfo=dt.UTC)


def document(number: int, **changes: Any) -> SearchDocument:
    """Return a document with the uid ``sample-<number>``, published a day after the one before."""
    values: dict[str, Any] = {
        "uid": f"sample-{number}",
        "type": "sample",
        "version": 1,
        "language": "en",
        "title": f"Document number {number}",
        "path": f"/samples/{number}-x/",
        "dates": {"published": START + dt.timedelta(days=number)},
    }
    return SearchDocument(**{**values, **changes})
