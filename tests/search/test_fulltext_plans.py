"""PostgreSQL answers searches from the full-text index, however small or common the planner takes things to be."""

import pytest
from django.db import connection

from search.backends.embedded.engine import EmbeddedBackend
from search.backends.embedded.fulltext import store_for
from search.backends.tokens import EXACT, Clause, Term
from search.types import SearchRequest
from tests.search.kinds import thing

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's FTS5 has no table to read instead"),
]


def readings() -> int:
    """Return how often this transaction has read the table itself: all of it, or along its primary key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_get_xact_numscans('search_tokens'::regclass)"
            " + pg_stat_get_xact_numscans('search_tokens_pkey'::regclass)"
        )
        found: int = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize("telling", [False, True])
def test_a_word_that_every_document_holds_is_looked_up_in_the_index(telling: bool) -> None:
    engine, store = EmbeddedBackend(), store_for("default")
    engine.clear()
    engine.index([thing(number) for number in range(30)])
    store.tidy()
    common = Clause(ways=((Term(EXACT, "thing"),),), telling=telling)
    missing = Clause(ways=((Term(EXACT, "unheard"),),), telling=telling)
    before = readings()
    assert [len(ids) for ids in store.matches([common, missing, common])] == [30, 0, 30]
    assert len(store.in_titles([common], every=True)) == 30
    assert readings() == before


def test_the_planner_is_left_as_it_was() -> None:
    engine = EmbeddedBackend()
    engine.clear()
    engine.index([thing(1)])
    assert engine.search(SearchRequest(text="thing")).total == 1
    with connection.cursor() as cursor:
        for setting in ("enable_seqscan", "enable_indexscan", "jit"):
            cursor.execute(f"SHOW {setting}")
            assert cursor.fetchone()[0] == "on"
