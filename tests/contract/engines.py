"""The engines that the contract holds; another engine joins by one line here."""

import datetime as dt
import os
from collections.abc import Callable
from typing import Any

from search.backends import ELASTICSEARCH, EMBEDDED, SearchBackend
from search.types import SearchDocument
from tests.conftest import missing

#: What the invented documents have beside what the portal's types declare.
_FACETS = ("theme", "country", "topic", "target_group", "colour", "year", "evidence", "record")


def _embedded() -> SearchBackend:
    from search.backends.embedded.engine import EmbeddedBackend

    return EmbeddedBackend()


def _elasticsearch() -> SearchBackend:
    from search.backends.elastic.engine import ElasticBackend
    from search.backends.elastic.mapping import Names

    url = os.environ.get("TEST_ELASTICSEARCH_URL", "")
    if not url:
        missing("a server for TEST_ELASTICSEARCH_URL (make test starts one)")
    # Every test process has an index of its own.
    index = f"contract-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    names = Names(_FACETS, ("published", "deadline"), ("takes_place",))
    return ElasticBackend(url, index, refresh=True, remembered=0, patience=20, names=names)


ENGINES: dict[str, Callable[[], SearchBackend]] = {EMBEDDED: _embedded, ELASTICSEARCH: _elasticsearch}

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
