"""The thesaurus: complete in all 24 languages, and read from queries in any of them."""

import pytest

from core.languages import CODES
from search.analysis.concepts import Spoken, labels, spoken
from search.analysis.query import parse_query
from search.analysis.stemming import terms_of
from search.analysis.stopwords import is_stop_word
from search.analysis.words import words

LANGUAGE_COURSES = (("fr", "cours de langue"), ("de", "Sprachkurs"), ("fi", "kielikurssi"))


def _spoken(text: str, *languages: str) -> tuple[Spoken, ...]:
    """Return what the query ``text`` speaks of, read in ``languages``."""
    return spoken(parse_query(text, languages).words, languages)


def _stems(label: str, language: str) -> tuple[str, ...]:
    """Return the first term of each telling word of ``label``."""
    telling = (word.text for word in words(label) if not is_stop_word(word.text, language))
    return tuple(terms[0] for text in telling if (terms := terms_of(text, language)))


def test_the_thesaurus_speaks_all_the_portals_languages() -> None:
    assert sorted(labels()) == sorted(CODES)
    assert len(CODES) == 24


@pytest.mark.parametrize("language", sorted(CODES))
def test_every_language_has_the_same_concepts_in_the_same_order(language: str) -> None:
    assert list(labels()[language]) == list(labels()["en"])


@pytest.mark.parametrize("language", sorted(CODES))
def test_every_concept_has_labels_and_none_twice(language: str) -> None:
    empty = [code for code, listed in labels()[language].items() if not listed]
    twice = [
        code for code, listed in labels()[language].items() if len({label.casefold() for label in listed}) < len(listed)
    ]
    assert (empty, twice) == ([], [])


@pytest.mark.parametrize("language", sorted(CODES))
def test_every_label_yields_a_term(language: str) -> None:
    silent = [label for listed in labels()[language].values() for label in listed if not _stems(label, language)]
    assert silent == []


@pytest.mark.parametrize(("language", "text"), LANGUAGE_COURSES)
def test_a_language_course_is_understood_and_said_in_every_language(language: str, text: str) -> None:
    (found,) = _spoken(text, language)
    assert set(found.ways) == set(CODES)
    assert all(found.ways.values())
    assert all(stems for ways in found.ways.values() for stems in ways)
    for other, course in (*LANGUAGE_COURSES, ("en", "language course"), ("nl", "taalcursus")):
        assert _stems(course, other) in found.ways[other]


def test_the_same_concept_is_found_whatever_the_language_of_the_query() -> None:
    ways = [dict(found.ways) for language, text in LANGUAGE_COURSES for found in _spoken(text, language)]
    assert len(ways) == len(LANGUAGE_COURSES)
    assert ways[0] == ways[1] == ways[2]


def test_a_word_in_no_concept_gives_nothing() -> None:
    assert _spoken("xylophone", *CODES) == ()


def test_words_around_a_concept_are_left_alone() -> None:
    (found,) = _spoken("xylophone mentoring zeppelin", "en")
    assert (found.start, found.end, found.text) == (1, 2, "mentoring")


def test_the_longest_label_wins() -> None:
    (violence,) = _spoken("violence against women", "en")
    (women,) = _spoken("women", "en")
    assert (violence.start, violence.end) == (0, 2)
    assert _stems("violence domestique", "fr") in violence.ways["fr"]
    assert _stems("femmes", "fr") in women.ways["fr"]
    assert _stems("femmes", "fr") not in violence.ways["fr"]


def test_a_word_of_another_language_is_not_read() -> None:
    assert _spoken("kielikurssi", "de") == ()
