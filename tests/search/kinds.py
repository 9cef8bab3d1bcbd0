"""A list over invented types, so that the tests of lists need no content app."""

import datetime as dt
from typing import Any

from search.backends import get_backend
from search.registry import FacetDefinition
from search.types import SearchDocument

COLOURS = {"red": "Red", "blue": "Blue & white", "green": "Green"}
FACETS = (
    FacetDefinition("colour", "Colour", lambda: COLOURS),
    FacetDefinition("year", "Year", order="descending", pattern=r"[0-9]{4}"),
)
START = dt.datetime(2020, 1, 1, 12, tzinfo=dt.UTC)


def thing(number: int, **changes: Any) -> SearchDocument:
    """A document of the type "thing"."""
    values: dict[str, Any] = {
        "uid": f"thing-{number}",
        "type": "thing",
        "version": 1,
        "language": "en",
        "title": f"Thing number {number}",
        "path": f"/things/{number}-x/",
        "dates": {"published": START + dt.timedelta(days=number)},
        "keywords": {"colour": ("red",), "year": ("2020",)},
    }
    return SearchDocument(**{**values, **changes})


def put(*documents: SearchDocument) -> None:
    """Index ``documents``."""
    assert not get_backend().index(documents).failed
