"""Beyond the words themselves: meaning, other words, misspelt words, periods, the past, freshness."""

import datetime as dt

import numpy as np
import pytest

from search.backends import SearchBackend
from search.types import PeriodFilter, SearchRequest, SearchResponse, Sort
from tests.contract.engines import document

NOW = dt.datetime.now(tz=dt.UTC)


def vector(**parts: float) -> bytes:
    """Return a unit vector that points towards the named directions."""
    directions = {"school": 0, "health": 1, "sport": 2, "money": 3}
    numbers = np.zeros(384, dtype=np.float32)
    for name, part in parts.items():
        numbers[directions[name]] = part
    return (numbers / np.linalg.norm(numbers)).astype("<f2").tobytes()


def found(response: SearchResponse) -> list[tuple[str, str]]:
    return [(hit.uid, hit.matched) for hit in response.hits]


def test_what_means_the_same_is_found_in_another_language_and_marked(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, language="de", title="Haus am Fluss", vector=vector(school=1)),
            document(2, language="fi", title="Kala", vector=vector(school=1, health=0.5)),
            document(3, title="Swimmingpool", vector=vector(sport=1)),
            document(4, title="Unknown", vector=b""),
        ]
    )
    response = engine.search(SearchRequest(text="lecture", vector=vector(school=1), facets=("language",)))
    assert found(response) == [("sample-1", "meaning"), ("sample-2", "meaning")]
    assert response.total == 2
    assert response.facets["language"] == {"de": 1, "fi": 1}


def test_words_and_meaning_are_one_ranking_with_exact_counts(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="Zeppelin club", vector=vector(sport=1), keywords={"theme": ("a",)}),
            document(2, title="Airships", vector=vector(school=1), keywords={"theme": ("b",)}),
            document(3, title="A zeppelin school", vector=vector(school=1), keywords={"theme": ("b",)}),
            *(document(number, title=f"Harbour {number}", vector=vector(money=1)) for number in range(4, 9)),
        ]
    )
    asked = SearchRequest(text="zeppelin", vector=vector(school=1), facets=("theme",))
    response = engine.search(asked)
    assert found(response)[0] == ("sample-3", "words")
    assert set(found(response)) == {("sample-1", "words"), ("sample-2", "meaning"), ("sample-3", "words")}
    assert response.total == 3
    assert response.facets["theme"] == {"a": 1, "b": 2}
    narrowed = engine.search(
        SearchRequest(text="zeppelin", vector=vector(school=1), facets=("theme",), filters={"theme": ("b",)})
    )
    assert narrowed.total == response.facets["theme"]["b"]
    assert narrowed.facets["theme"] == {"a": 1, "b": 2}


def test_excluded_words_phrases_and_presets_hold_for_meaning_too(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="Airships", vector=vector(school=1)),
            document(2, title="Airships and balloons", vector=vector(school=1)),
            document(3, title="Kites", vector=vector(school=1), type="other"),
        ]
    )
    asked = {"vector": vector(school=1), "types": ("sample",)}
    assert {uid for uid, _how in found(engine.search(SearchRequest(text="zeppelin", **asked)))} == {  # type: ignore[arg-type]
        "sample-1",
        "sample-2",
    }
    without = engine.search(SearchRequest(text="zeppelin -balloons", **asked))  # type: ignore[arg-type]
    assert [hit.uid for hit in without.hits] == ["sample-1"]
    assert engine.search(SearchRequest(text='zeppelin "flying carpets"', **asked)).total == 0  # type: ignore[arg-type]


def test_a_changed_or_deleted_document_means_nothing_else_any_more(engine: SearchBackend) -> None:
    engine.index([document(1, vector=vector(school=1)), document(2, vector=vector(school=1))])
    asked = SearchRequest(text="lecture", vector=vector(school=1))
    assert engine.search(asked).total == 2
    engine.index([document(1, version=2, vector=vector(sport=1))])
    engine.delete("sample-2", 2)
    engine.index([document(3, vector=vector(school=1, health=0.1))])
    assert [hit.uid for hit in engine.search(asked).hits] == ["sample-3"]


def test_the_thesaurus_finds_the_same_thing_in_other_words(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, language="de", title="Sprachkurs am Abend"),
            document(2, title="Language courses for all"),
            document(3, title="Harbour", body="There was once a language and, elsewhere, a course."),
            *(document(number, title=f"Museum {number}") for number in range(4, 12)),
        ]
    )
    response = engine.search(SearchRequest(text="language course", interface_language="en"))
    assert found(response)[0] == ("sample-2", "words")
    assert set(found(response)) == {("sample-2", "words"), ("sample-3", "words"), ("sample-1", "meaning")}
    assert set(found(engine.search(SearchRequest(text="Sprachkurs", interface_language="de")))) == {
        ("sample-1", "words"),
        ("sample-2", "meaning"),
    }


def test_other_words_for_the_same_thing_are_marked(engine: SearchBackend) -> None:
    engine.index([document(1, language="fi", title="Uusi kielikurssi alkaa")])
    hit = engine.search(SearchRequest(text="language course", interface_language="en")).hits[0]
    assert hit.title_html == "Uusi <mark>kielikurssi</mark> alkaa"


def test_all_words_must_be_there_whichever_way_they_are_said(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, language="de", title="Sprachkurs in Zwickau"),
            document(2, language="de", title="Sprachkurs in Gotha"),
            document(3, title="Language course in Zwickau"),
        ]
    )
    response = engine.search(SearchRequest(text="language course zwickau"))
    assert {hit.uid for hit in response.hits} == {"sample-1", "sample-3"}
    assert not response.relaxed


@pytest.mark.parametrize(("typed", "meant"), [("kumquatt jam", "kumquat jam"), ("Zepelin", "zeppelin")])
def test_a_misspelt_word_gets_a_guess_from_the_index(engine: SearchBackend, typed: str, meant: str) -> None:
    engine.index([document(1, title="Kumquat jam"), document(2, title="A zeppelin"), document(3, title="Harbour")])
    response = engine.search(SearchRequest(text=typed))
    assert response.did_you_mean == meant


def test_known_words_get_no_guess(engine: SearchBackend) -> None:
    engine.index([document(1, title="Kumquat jam"), document(2, title="Kumquats")])
    assert engine.search(SearchRequest(text="kumquat")).did_you_mean == ""
    assert engine.search(SearchRequest(text="")).did_you_mean == ""
    assert engine.search(SearchRequest(text="xq")).did_you_mean == ""


def test_a_guess_keeps_accents_as_the_index_writes_them(engine: SearchBackend) -> None:
    engine.index([document(1, language="fr", title="Une bibliothèque")])
    assert engine.search(SearchRequest(text="biblioteque")).did_you_mean == "bibliothèque"


def test_periods_are_found_by_the_days_they_touch(engine: SearchBackend) -> None:
    def event(number: int, first: dt.datetime, last: dt.datetime) -> None:
        engine.index([document(number, periods={"takes_place": (first, last)})])

    event(1, dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC), dt.datetime(2026, 3, 1, 17, tzinfo=dt.UTC))
    event(2, dt.datetime(2026, 2, 27, 9, tzinfo=dt.UTC), dt.datetime(2026, 3, 2, 17, tzinfo=dt.UTC))
    event(3, dt.datetime(2026, 3, 3, 0, tzinfo=dt.UTC), dt.datetime(2026, 3, 4, tzinfo=dt.UTC))
    engine.index([document(4)])

    def meeting(first: dt.date | None, last: dt.date | None) -> set[str]:
        asked = SearchRequest(period=PeriodFilter("takes_place", first, last))
        return {hit.uid for hit in engine.search(asked).hits}

    assert meeting(dt.date(2026, 3, 1), dt.date(2026, 3, 1)) == {"sample-1", "sample-2"}
    assert meeting(dt.date(2026, 3, 2), None) == {"sample-2", "sample-3"}
    assert meeting(None, dt.date(2026, 2, 28)) == {"sample-2"}
    assert meeting(dt.date(2026, 3, 5), dt.date(2026, 3, 9)) == set()
    assert (
        engine.search(SearchRequest(period=PeriodFilter("takes_place")))
        .hits[0]
        .periods["takes_place"][0]
        .startswith("2026-")
    )


def test_what_is_of_the_past_comes_lower_and_is_still_found(engine: SearchBackend) -> None:
    past, future = NOW - dt.timedelta(days=3), NOW + dt.timedelta(days=3)
    same = {"published": NOW}
    engine.index(
        [
            document(1, title="Call for zeppelins", ends=past, dates=same),
            document(2, title="Call for zeppelins, again", ends=future, dates=same),
            document(3, title="Harbour"),
        ]
    )
    response = engine.search(SearchRequest(text="zeppelins"))
    assert [hit.uid for hit in response.hits] == ["sample-2", "sample-1"]


def test_of_two_equal_documents_the_newer_comes_first(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="A zeppelin", dates={"published": NOW - dt.timedelta(days=2_000)}),
            document(2, title="A zeppelin", dates={"published": NOW - dt.timedelta(days=2)}),
            document(3, title="A zeppelin", dates={"published": NOW - dt.timedelta(days=900)}),
        ]
    )
    assert [hit.uid for hit in engine.search(SearchRequest(text="zeppelin")).hits] == [
        "sample-2",
        "sample-3",
        "sample-1",
    ]
    engine.index([document(number, title=f"Garden {number}") for number in range(5, 14)])
    # A little freshness never outweighs the word in the title.
    engine.index(
        [document(4, title="Harbour", body="far away a zeppelin " + "and more " * 60, dates={"published": NOW})]
    )
    assert engine.search(SearchRequest(text="zeppelin")).hits[-1].uid == "sample-4"


def test_related_items_may_be_in_another_language(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="School", vector=vector(school=1)),
            document(2, language="fi", title="Koulu", vector=vector(school=1, sport=0.2)),
            document(3, title="Hospital", vector=vector(health=1)),
            *(document(number, title=f"Money {number}", vector=vector(money=1)) for number in range(4, 12)),
        ]
    )
    assert engine.related("sample-1", 1)[0].uid == "sample-2"


def test_suggestions_bring_the_english_title(engine: SearchBackend) -> None:
    engine.index([document(1, language="fi", title="Kielikurssi", english_title="Language course")])
    suggestion = engine.suggest("langu", "en")[0]
    assert (suggestion.title, suggestion.english_title) == ("Kielikurssi", "Language course")


def test_other_orders_hold_what_is_found_by_meaning_too(engine: SearchBackend) -> None:
    engine.index([document(number, title=f"Item {9 - number}", vector=vector(school=1)) for number in range(1, 5)])
    for sort in Sort:
        response = engine.search(SearchRequest(text="lecture", vector=vector(school=1), sort=sort))
        assert response.total == 4
    newest = engine.search(SearchRequest(text="lecture", vector=vector(school=1), sort=Sort.NEWEST))
    assert [hit.uid for hit in newest.hits] == ["sample-4", "sample-3", "sample-2", "sample-1"]
