"""The text analysis: offsets, limits, languages, what a query is taken apart into, highlights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.languages import CODES
from search.analysis import LANGUAGES, analyse, compound_parts, exact_words, fold, grams, terms_of, title_key
from search.analysis.highlighting import Marker, best_window
from search.analysis.query import MAX_WORDS, parse_query
from search.analysis.stopwords import is_stop_word

FUNCTION_WORDS = {
    "bg": "и",
    "cs": "není a se",
    "da": "og",
    "de": "und",
    "el": "και",
    "en": "the",
    "es": "los",
    "et": "ja",
    "fi": "ja",
    "fr": "les",
    "ga": "agus",
    "hr": "koji",
    "hu": "hogy",
    "it": "della",
    "lt": "ir",
    "lv": "un",
    "mt": "tal",
    "nl": "het",
    "pl": "się",
    "pt": "dos",
    "ro": "pentru",
    "sk": "sa",
    "sl": "se",
    "sv": "och",
}


@pytest.mark.parametrize("language", CODES)
def test_every_official_language_is_analysed(language: str) -> None:
    assert language in LANGUAGES
    word = FUNCTION_WORDS[language].split()[-1]
    assert is_stop_word(word, language)
    assert analyse(word, language) == []


@given(text=st.text(max_size=300), language=st.sampled_from(CODES))
def test_offsets_point_into_the_text_and_terms_are_plain(text: str, language: str) -> None:
    last = 0
    for token in analyse(text, language):
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= last
        last = token.start
        assert token.term
        assert len(token.term) <= 64
        assert token.term.isalnum()


def test_offsets_are_those_of_the_original_word() -> None:
    text = "L’École des re\u0301fugie\u0301s"
    assert [text[token.start : token.end] for token in analyse(text, "fr") if token.term in {"ecol", "refug"}] == [
        "École",
        "re\u0301fugie\u0301s",
    ]


@pytest.mark.parametrize(
    ("text", "language", "kept"),
    [
        ("l'école, d’enfants qu'on", "fr", ["école", "enfants"]),
        ("nell’università dell'arte", "it", ["università", "arte"]),
        ("the women's right", "en", ["women", "right"]),
        ("tal-iskola u l-edukazzjoni", "mt", ["iskola", "edukazzjoni"]),
        ("O'Brien's “school”", "en", ["O", "Brien", "school"]),
    ],
)
def test_articles_and_particles_are_left_out(text: str, language: str, kept: list[str]) -> None:
    spans = dict.fromkeys((token.start, token.end) for token in analyse(text, language))
    assert [text[start:end] for start, end in spans] == kept


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "school", "scholar"),
        ("en", "housing", "hospital"),
        ("en", "migrant", "mitigate"),
        ("de", "Frau", "Freude"),
        ("de", "Asyl", "Basis"),
        ("fr", "femme", "ferme"),
        ("fr", "ville", "vie"),
        ("es", "mujer", "muro"),
        ("fi", "koulu", "kieli"),
        ("pl", "praca", "prawo"),
        ("ro", "carte", "casă"),
        ("et", "keel", "kool"),
        ("sl", "delavec", "zdravje"),
        ("bg", "град", "градина"),
    ],
)
def test_different_words_stay_different(language: str, one: str, other: str) -> None:
    assert not set(terms_of(one.casefold(), language)) & set(terms_of(other.casefold(), language))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Flüchtlingsunterkünfte", {"fluchtling", "unterkunft"}),
        ("Kinderbetreuung", {"kind", "betreu"}),
        ("Sprachkurse", {"sprach"}),
        ("Arbeitsmarktintegration", {"integration"}),
        ("Schule", set()),
        ("Schmetterling", set()),
        ("Donaudampfschifffahrtsgesellschaft", set()),
    ],
)
def test_compounds_are_taken_apart_only_when_every_part_is_known(word: str, parts: set[str]) -> None:
    found = set(compound_parts(word.casefold(), "de"))
    assert parts <= found
    assert bool(found) == bool(parts)


def test_words_are_capped() -> None:
    assert [len(token.term) for token in analyse("é" * 500, "en")] == [64]
    assert len(fold("ﬃ" * 64)) == 64


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Żółć", "zolc"),
        ("Straße", "strasse"),
        ("ħobż", "hobz"),
        ("Œuvre", "oeuvre"),
        ("Øst", "ost"),
        ("İzmir", "izmir"),
        ("Λόγος", "λογοσ"),
        ("½", "12"),
        ("", ""),
    ],
)
def test_folding(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_titles_count_as_equal_whatever_their_punctuation() -> None:
    assert title_key("L’École – des “Réfugiés”!") == title_key("ecole des refugies")


def test_grams_are_distinct_runs_of_four_letters() -> None:
    assert grams("Schule Schul EU") == ["schu", "chul", "hule", "eu"]


def test_a_query_is_taken_apart() -> None:
    query = parse_query('Schools "for refugees" -sport -"old text" the –', ("en",))
    assert [word.text for word in query.words] == ["schools"]
    assert query.phrases == (("for", "refugees"),)
    assert [word.text for word in query.excluded] == ["sport"]
    assert query.excluded_phrases == (("old", "text"),)


def test_a_query_is_limited_in_words_and_characters() -> None:
    many = " ".join(f"word{number}" for number in range(100))
    query = parse_query(f'"{many}" {many} -{many}', ("en",))
    asked = len(query.words) + len(query.excluded) + sum(len(phrase) for phrase in query.phrases)
    assert asked <= MAX_WORDS
    assert len(parse_query("kumquat " * 5_000, ("en",)).words) == 1
    assert parse_query("x " * 2_500 + "kumquat", ("en",)).words[-1].text == "x"


def test_function_words_of_the_language_a_query_betrays_are_left_out() -> None:
    assert [word.text for word in parse_query("Kurse für die Frauen in der Stadt", ("en",)).words] == [
        "kurse",
        "frauen",
        "stadt",
    ]
    # One such word proves nothing: "men" is Dutch for "one", and a subject in English.
    assert [word.text for word in parse_query("migrant men", ("en",)).words] == ["migrant", "men"]


def test_nothing_is_marked_that_was_not_asked() -> None:
    marker = Marker(parse_query("schools -garden", ("en",)))
    assert marker.mark("A school <garden>", "en") == "A <mark>school</mark> &lt;garden&gt;"
    assert marker.mark("A school", "fi") == "A school"
    assert marker.passage("Nothing here", "en") == ""
    assert Marker(parse_query("", ("en",))).mark("<b>", "en") == "&lt;b&gt;"


def test_a_passage_is_the_stretch_with_most_matches() -> None:
    text = "kumquat " + "filler " * 100 + "kumquat fjord kumquat " + "filler " * 100
    passage = Marker(parse_query("kumquat fjord", ("en",))).passage(text, "en")
    assert passage.count("<mark>") == 3
    assert passage.startswith("… ")
    assert passage.endswith(" …")


@given(text=st.text(alphabet="ab <&", max_size=400), length=st.integers(5, 50))
def test_a_window_lies_in_the_text_and_holds_a_match(text: str, length: int) -> None:
    spans = [(match, match + 1) for match in range(len(text)) if text[match] == "a"]
    if spans:
        start, end = best_window(text, spans, length)
        assert 0 <= start < end <= len(text)
        assert any(start <= first and last <= end for first, last in spans)


def test_exact_words_keep_function_words() -> None:
    assert exact_words("The right OF residence") == ["the", "right", "of", "residence"]
