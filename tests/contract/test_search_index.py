"""Versions, deletions, failures, counts against an oracle, suggestions and related items."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.backends import SearchBackend
from search.types import SearchDocument, SearchRequest
from tests.contract.engines import document

WORDS = ("kumquat", "xylophone", "zeppelin", "fjord")
FACETS = {"theme": ("a", "b", "c"), "country": ("DE", "FR", "PL", "EU"), "year": ("2019", "2020")}


def uids(engine: SearchBackend, text: str = "", **changes: Any) -> set[str]:
    return {hit.uid for hit in engine.search(SearchRequest(text=text, page_size=1_000, **changes)).hits}


def test_an_older_version_never_replaces_a_newer_one(engine: SearchBackend) -> None:
    engine.index([document(1, version=5, title="New harbour")])
    report = engine.index([document(1, version=4, title="Old garden")])
    assert report.stale == ("sample-1",)
    assert not report.indexed
    assert not report.failed
    assert uids(engine, "harbour") == {"sample-1"}
    assert not uids(engine, "garden")
    assert dict(engine.versions()) == {"sample-1": 5}


def test_the_same_version_may_be_indexed_again(engine: SearchBackend) -> None:
    engine.index([document(1, version=5, title="Harbour", labels={"en": "Old name"})])
    assert engine.index([document(1, version=5, title="Harbour", labels={"en": "New term"})]).indexed == ("sample-1",)
    assert uids(engine, "term") == {"sample-1"}
    assert not uids(engine, "old")


def test_in_one_batch_the_newest_version_wins(engine: SearchBackend) -> None:
    report = engine.index([document(1, version=3, title="Harbour"), document(1, version=2, title="Garden")])
    assert report.stale == ("sample-1",)
    assert dict(engine.versions()) == {"sample-1": 3}
    assert uids(engine, "harbour") == {"sample-1"}


def test_a_deletion_is_remembered_against_late_documents(engine: SearchBackend) -> None:
    engine.index([document(1, version=5)])
    assert engine.delete("sample-1", 6)
    assert engine.index([document(1, version=5)]).stale == ("sample-1",)
    assert engine.index([document(1, version=6)]).stale == ("sample-1",)
    assert uids(engine) == set()
    assert engine.index([document(1, version=7)]).indexed == ("sample-1",)
    assert uids(engine) == {"sample-1"}


def test_a_late_deletion_does_not_remove_a_newer_document(engine: SearchBackend) -> None:
    engine.index([document(1, version=5)])
    assert not engine.delete("sample-1", 4)
    assert uids(engine) == {"sample-1"}


def test_a_deletion_may_come_before_the_document(engine: SearchBackend) -> None:
    assert engine.delete("sample-1", 3)
    assert engine.index([document(1, version=2)]).stale == ("sample-1",)
    assert uids(engine) == set()


def test_deleting_twice_and_what_was_never_there_is_harmless(engine: SearchBackend) -> None:
    engine.index([document(1), document(2)])
    engine.delete("sample-1", 2)
    engine.delete("sample-1", 2)
    engine.delete("sample-99", 1)
    assert uids(engine) == {"sample-2"}
    assert [uid for uid, _version in engine.versions()] == ["sample-2"]


def test_a_changed_document_leaves_its_old_words_and_facets_behind(engine: SearchBackend) -> None:
    engine.index(
        [document(1, title="Harbour", keywords={"theme": ("a", "b")}), document(2, keywords={"theme": ("a",)})]
    )
    assert engine.search(SearchRequest(facets=("theme",))).facets["theme"] == {"a": 2, "b": 1}
    engine.index([document(1, version=2, title="Garden", language="fr", keywords={"theme": ("c",)})])
    assert not uids(engine, "harbour")
    response = engine.search(SearchRequest(facets=("theme", "language")))
    assert response.facets == {"theme": {"a": 1, "c": 1}, "language": {"en": 1, "fr": 1}}


def test_one_bad_document_blocks_no_other(engine: SearchBackend) -> None:
    bad = document(2, extra={"not json": object()})
    report = engine.index([document(1), bad, document(3)])
    assert set(report.indexed) == {"sample-1", "sample-3"}
    assert [uid for uid, _reason in report.failed] == ["sample-2"]
    assert uids(engine) == {"sample-1", "sample-3"}


def test_one_document_that_the_store_refuses_blocks_no_other(engine: SearchBackend) -> None:
    bad = document(2, version=2**80)
    report = engine.index([document(1), bad, document(3)])
    assert set(report.indexed) == {"sample-1", "sample-3"}
    assert [uid for uid, _reason in report.failed] == ["sample-2"]


def test_a_huge_document_is_indexed(engine: SearchBackend) -> None:
    words = " ".join(f"word{number}" for number in range(60_000))
    assert engine.index([document(1, body=f"kumquat {words}")]).indexed == ("sample-1",)
    assert uids(engine, "kumquat") == {"sample-1"}
    assert uids(engine, "word100") == {"sample-1"}


def test_rebuilding_drops_what_is_no_longer_there(engine: SearchBackend) -> None:
    engine.index([document(1), document(2), document(3)])
    report = engine.rebuild([[document(1, title="Anew")], [document(4)]])
    assert set(report.indexed) == {"sample-1", "sample-4"}
    assert uids(engine) == {"sample-1", "sample-4"}
    assert uids(engine, "anew") == {"sample-1"}


def test_nothing_found_says_what_would_be(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="Kumquat fjord", keywords={"country": ("DE",)}),
            document(2, title="Kumquat", keywords={"country": ("FR",)}),
        ]
    )
    response = engine.search(SearchRequest(text="kumquat fjord", filters={"country": ("FR",)}))
    assert response.total == 0
    offers = {(option.facet, option.value, option.word, option.total) for option in response.alternatives}
    assert offers == {("country", "FR", "", 1), ("", "", "fjord", 1)}


def test_suggestions_complete_the_last_word(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="Language courses for women"),
            document(2, title="Sprachkurse", language="de", english_title="Language lessons"),
            document(3, title="Harbour", body="Language courses"),
        ]
    )
    assert [suggestion.uid for suggestion in engine.suggest("langu cour", "en")] == ["sample-1"]
    assert [suggestion.uid for suggestion in engine.suggest("langu", "en")] == ["sample-1", "sample-2"]
    assert engine.suggest("langu", "en")[0].path == "/samples/1-x/"
    assert engine.suggest("", "en") == ()


def test_related_items_share_the_most(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, keywords={"topic": ("housing", "health"), "country": ("DE",)}),
            document(2, keywords={"topic": ("housing", "health"), "country": ("FR",)}),
            document(3, keywords={"topic": ("housing",), "country": ("PL",)}),
            document(4, keywords={"topic": ("media",), "country": ("PL",)}),
            *(document(number, keywords={"topic": ("media",)}) for number in range(5, 12)),
        ]
    )
    assert [hit.uid for hit in engine.related("sample-1", 2)] == ["sample-2", "sample-3"]
    assert len(engine.related("sample-1", 5)) == 5
    assert "sample-1" not in {hit.uid for hit in engine.related("sample-1", 50)}
    assert engine.related("sample-99") == ()


def test_dates_bound_publication_with_both_days_included(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, dates={"published": dt.datetime(2020, 5, 1, 0, 0, tzinfo=dt.UTC)}),
            document(2, dates={"published": dt.datetime(2020, 5, 2, 23, 59, 59, tzinfo=dt.UTC)}),
            document(3, dates={"published": dt.date(2020, 5, 3)}),
            document(4, dates={}),
        ]
    )
    assert uids(engine, date_from=dt.date(2020, 5, 2)) == {"sample-2", "sample-3"}
    assert uids(engine, date_to=dt.date(2020, 5, 2)) == {"sample-1", "sample-2"}
    assert uids(engine, date_from=dt.date(2020, 5, 2), date_to=dt.date(2020, 5, 2)) == {"sample-2"}


# --- random corpora against an oracle that knows no index ---------------------------------------------------------
def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=len(values)).map(tuple)


documents = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(("sample", "other")),
            "language": st.sampled_from(("en", "de", "mt")),
            "body": _some(WORDS).map(" ".join),
            "keywords": st.fixed_dictionaries({facet: _some(values) for facet, values in FACETS.items()}),
        }
    ),
    max_size=14,
)
requests = st.fixed_dictionaries(
    {
        "text": st.lists(st.sampled_from(WORDS), unique=True, max_size=2).map(" ".join),
        "types": st.sampled_from(((), ("sample",), ("sample", "other"))),
        "preset": st.sampled_from(({}, {"theme": ("a",)}, {"country": ("DE", "EU")})),
        "filters": st.fixed_dictionaries({}, optional={facet: _some(values) for facet, values in FACETS.items()}),
        "date_from": st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2020, 1, 12)),
    }
)


def _holds(item: SearchDocument, choices: dict[str, tuple[str, ...]]) -> bool:
    values = item.facet_values()
    return all(not codes or set(codes) & set(values.get(facet, ())) for facet, codes in choices.items())


def _oracle(corpus: list[SearchDocument], asked: dict[str, Any], *, leave_out: str = "") -> list[SearchDocument]:
    filters = {facet: codes for facet, codes in asked["filters"].items() if facet != leave_out}
    return [
        item
        for item in corpus
        if set(asked["text"].split()) <= set(item.body.split())
        and (not asked["types"] or item.type in asked["types"])
        and _holds(item, asked["preset"])
        and _holds(item, filters)
        and (asked["date_from"] is None or item.dates["published"].date() >= asked["date_from"])  # type: ignore[union-attr]
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=documents, asked=requests)
def test_hits_and_counts_equal_those_of_an_oracle(
    engine: SearchBackend, rows: list[dict[str, Any]], asked: dict[str, Any]
) -> None:
    engine.clear()
    corpus = [document(number, title="x", **row) for number, row in enumerate(rows)]
    engine.index(corpus)
    response = engine.search(SearchRequest(page_size=100, facets=("type", "language", *FACETS), **asked))
    if response.relaxed:
        # No document has all the words: the oracle finds none either.
        assert not [item for item in corpus if set(asked["text"].split()) <= set(item.body.split())]
        return
    expected = _oracle(corpus, asked)
    assert response.total == len(expected)
    assert {hit.uid for hit in response.hits} == {item.uid for item in expected}
    for facet in ("type", "language", *FACETS):
        among = _oracle(corpus, asked, leave_out=facet)
        counts = Counter(code for item in among for code in item.facet_values().get(facet, ()))
        assert response.facets[facet] == dict(counts), facet


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 5), st.booleans(), st.sampled_from(WORDS)), min_size=1, max_size=12
    )
)
def test_any_order_of_changes_ends_with_the_newest(
    engine: SearchBackend, steps: list[tuple[int, int, bool, str]]
) -> None:
    engine.clear()
    newest: dict[int, tuple[int, bool, str]] = {}
    for number, version, deletes, word in steps:
        held, held_deleted, _word = newest.get(number, (0, False, ""))
        if deletes:
            engine.delete(f"sample-{number}", version)
            accepted = version >= held
        else:
            engine.index([document(number, version=version, title=word)])
            accepted = version >= held and not (held_deleted and version == held)
        if accepted:
            newest[number] = (version, deletes, word)
        # Reading between writes keeps the engine's memory honest.
        alive = {f"sample-{key}" for key, (_v, gone, _w) in newest.items() if not gone}
        assert uids(engine) == alive
    for word in WORDS:
        expected = {f"sample-{key}" for key, (_v, gone, held_word) in newest.items() if not gone and held_word == word}
        assert uids(engine, word) == expected


@pytest.mark.parametrize("size", [1, 10])
def test_pages_of_any_size_cost_the_same_queries(
    engine: SearchBackend, size: int, django_assert_max_num_queries: Any
) -> None:
    engine.index([document(number, title="Kumquat", keywords={"theme": ("a",)}) for number in range(20)])
    engine.search(SearchRequest(text="zeppelin"))
    with django_assert_max_num_queries(4):
        response = engine.search(SearchRequest(text="kumquat", page_size=size, facets=("theme",)))
    assert len(response.hits) == size
