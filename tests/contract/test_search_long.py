"""Long texts as queries: a pasted sentence or title must not be more than an engine takes."""

import pytest

from search.analysis import LANGUAGES
from search.analysis.concepts import labels
from search.analysis.query import MAX_WORDS
from search.backends import SearchBackend
from search.types import SearchRequest
from tests.contract.engines import document

SENTENCE = (
    "The school opened its doors to refugees and volunteers from the region and trained youth workers in digital"
    " skills, intercultural dialogue and inclusion for three years with support of the municipality and families"
)


def in_every_language(engine: SearchBackend) -> None:
    engine.index([document(number, language=code, title="Harbour") for number, code in enumerate(LANGUAGES)])


def single_words(language: str, count: int) -> str:
    words = dict.fromkeys(name for listed in labels()[language].values() for name in listed if name.isalpha())
    return " ".join(list(words)[:count])


@pytest.mark.parametrize("language", ["en", "de", "fi"])
@pytest.mark.parametrize("count", [12, MAX_WORDS])
def test_a_query_of_nothing_but_known_notions_is_answered(engine: SearchBackend, language: str, count: int) -> None:
    """Elasticsearch refuses queries of too many clauses, and whoever asks next would not be served either."""
    in_every_language(engine)
    text = single_words(language, count)
    assert len(text.split()) == count
    response = engine.search(SearchRequest(text=text, facets=("theme",), filters={"theme": ("a",)}))
    assert response.total == 0


def test_a_pasted_sentence_finds_the_item_with_its_inflected_words(engine: SearchBackend) -> None:
    in_every_language(engine)
    engine.index([document(100, title="A school", body=SENTENCE.replace("workers", "worker"))])
    response = engine.search(SearchRequest(text=SENTENCE))
    assert [hit.uid for hit in response.hits] == ["sample-100"]
    assert not response.relaxed


def test_of_a_few_words_it_is_said_which_one_is_in_the_way_of_a_long_text_none(engine: SearchBackend) -> None:
    engine.index([document(1, title="Harbour school", body=SENTENCE, keywords={"theme": ("b",)})])
    engine.index([document(2, title="Harbour garden", keywords={"theme": ("a",)})])
    few = engine.search(SearchRequest(text="harbour school", filters={"theme": ("a",)}))
    assert not few.total
    assert {(option.facet, option.word, option.total) for option in few.alternatives} == {
        ("theme", "", 1),
        ("", "school", 1),
    }
    long = engine.search(SearchRequest(text=f"{SENTENCE} harbour", filters={"theme": ("a",)}))
    assert not long.total
    assert [(option.facet, option.total) for option in long.alternatives] == [("theme", 1)]
