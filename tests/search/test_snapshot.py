"""What the embedded engine keeps in memory follows the database, also over rollbacks and other processes."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pyroaring import BitMap

from search.backends.embedded import snapshot
from search.backends.embedded.engine import EmbeddedBackend
from search.backends.embedded.fulltext import PostgresFullText, SqliteFullText
from search.backends.embedded.words import at_least
from search.models import IndexChange
from search.types import SearchRequest, Sort
from tests.search.kinds import thing

pytestmark = pytest.mark.django_db


@pytest.fixture
def engine() -> EmbeddedBackend:
    backend = EmbeddedBackend()
    backend.clear()
    return backend


def total(engine: EmbeddedBackend, **changes: Any) -> int:
    return engine.search(SearchRequest(**changes)).total


class Abandoned(Exception):  # noqa: N818 - a name for what a user does
    """Rolls a transaction back."""


def test_a_rolled_back_document_is_forgotten_though_the_same_number_comes_again(engine: EmbeddedBackend) -> None:
    engine.index([thing(1)])
    assert total(engine) == 1
    with pytest.raises(Abandoned), transaction.atomic():
        engine.index([thing(2)])
        assert total(engine) == 2
        raise Abandoned
    assert total(engine) == 1
    with pytest.raises(Abandoned), transaction.atomic():
        engine.index([thing(2)])
        assert total(engine) == 2
        raise Abandoned
    # Without looking in between: the sequence is as high as the one rolled back.
    engine.index([thing(3, title="Other")])
    assert {hit.uid for hit in engine.search(SearchRequest()).hits} == {"thing-1", "thing-3"}


def test_an_unchanged_index_costs_one_query_to_know(engine: EmbeddedBackend) -> None:
    engine.index([thing(1)])
    first = snapshot.current()
    with CaptureQueriesContext(connection) as captured:
        assert snapshot.current() is first
    assert len(captured) == 1


def test_a_change_is_taken_alone_and_leaves_the_former_snapshot_as_it_was(engine: EmbeddedBackend) -> None:
    engine.index([thing(number) for number in range(5)])
    before = snapshot.current()
    engine.index([thing(0, version=2, keywords={"colour": ("blue",)})])
    engine.delete("thing-1", 2)
    with CaptureQueriesContext(connection) as captured:
        after = snapshot.current()
    assert len(captured) == 3
    assert (len(before.live), len(after.live)) == (5, 4)
    assert len(before.chosen("colour", ["red"])) == 5
    assert len(after.chosen("colour", ["red"])) == 3
    assert len(after.chosen("colour", ["blue"])) == 1
    assert before.titles.keys() == {f"thing number {number}" for number in range(5)}
    assert "thing number 1" not in after.titles


def test_a_process_that_is_too_far_behind_reads_everything_anew(engine: EmbeddedBackend) -> None:
    engine.index([thing(1)])
    assert total(engine) == 1
    engine.index([thing(2)])
    IndexChange.objects.all().delete()
    assert total(engine) == 2


def test_a_search_asks_at_most_four_queries_and_repeated_words_three(engine: EmbeddedBackend) -> None:
    engine.index([thing(number) for number in range(30)])
    request = SearchRequest(text="thing number", facets=("colour", "year"), filters={"colour": ("red",)})
    total(engine)
    for most in (4, 3):
        with CaptureQueriesContext(connection) as captured:
            assert engine.search(request).total == 30
        assert len(captured) <= most


def test_so_many_matches_that_only_titles_are_scored(engine: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    for store in (SqliteFullText, PostgresFullText):
        monkeypatch.setattr(store, "scored_at_most", 10)
    engine.index([thing(number, title="Garden", body="kumquat") for number in range(20)])
    engine.index([thing(50, title="A kumquat at last")])
    engine.index([thing(number, title="Garden", body="kumquat") for number in range(60, 70)])
    response = engine.search(SearchRequest(text="kumquat"))
    assert response.total == 31
    assert [hit.uid for hit in response.hits[:3]] == ["thing-50", "thing-69", "thing-68"]
    # A word of very many titles: those come first, the newest before the others.
    engine.index([thing(number, title="Kumquat garden") for number in range(100, 112)])
    response = engine.search(SearchRequest(text="kumquat"))
    assert [hit.uid for hit in response.hits[:2]] == ["thing-111", "thing-110"]
    assert response.total == 43


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.TITLE])
def test_orders_carried_over_changes_are_those_of_a_fresh_reading(
    engine: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    monkeypatch.setattr("search.backends.embedded.engine.SORTED_BELOW", 3)
    engine.index([thing(number, title=f"Title {number % 7}") for number in range(40)])

    def order() -> list[str]:
        return [hit.uid for hit in engine.search(SearchRequest(sort=sort, page_size=50)).hits]

    assert len(order()) == 40
    engine.delete("thing-5", 2)
    engine.index([thing(7, version=2, title="Aardvark", dates={}), thing(90, title="Zebra")])
    carried = order()
    monkeypatch.setattr(snapshot, "_snapshots", {})
    assert order() == carried
    assert len(carried) == 40


def test_a_full_memory_of_answers_is_emptied_not_grown(
    engine: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "_CLAUSES_KEPT", 2)
    engine.index([thing(1, title="kumquat fjord zeppelin xylophone")])
    assert total(engine, text="kumquat fjord zeppelin xylophone") == 1
    assert len(snapshot.current().clauses) <= 2
    assert total(engine, text="kumquat zeppelin") == 1


def test_at_least_so_many_of_the_groups() -> None:
    groups = [BitMap([1, 2, 3]), BitMap([2, 3]), BitMap([3, 4])]
    assert [list(at_least(count, groups)) for count in (1, 2, 3, 4)] == [[1, 2, 3, 4], [2, 3], [3], []]
    assert list(at_least(2, [])) == []
