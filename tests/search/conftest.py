"""An invented type with facets of its own."""

from collections.abc import Iterator

import pytest
from django.db import models

from goodpractices.models import GoodPractice
from search.registry import CalendarEntry, IndexedType, SortDefinition, register, unregister
from search.types import DateSort, SearchDocument
from taxonomy import catalogue
from tests.search.kinds import FACETS, thing


def _published() -> "models.QuerySet[GoodPractice]":
    return GoodPractice.objects.none()


def _document(item: GoodPractice) -> SearchDocument:
    return thing(item.pk)


@pytest.fixture(autouse=True)
def _fresh_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the terms of other tests, whose stamps were rolled back with them."""
    monkeypatch.setattr(catalogue, "_cached", None)


@pytest.fixture
def things() -> Iterator[IndexedType]:
    """Register the type "thing"."""
    indexed = IndexedType(
        code="thing",
        model="goodpractices.GoodPractice",
        label="Thing",
        label_plural="Things",
        published=_published,
        document=_document,
        facets=FACETS,
        sorts=(SortDefinition("deadline", "Deadline", DateSort("deadline")),),
        periods=("takes_place",),
        calendar=(CalendarEntry("takes_place"), CalendarEntry("deadline", "Deadline")),
    )
    register(indexed)
    yield indexed
    unregister("thing")
