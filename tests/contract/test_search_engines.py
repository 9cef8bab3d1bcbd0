"""Words, languages, bad input, order and paging."""

import datetime as dt

import pytest

from search.backends import SearchBackend
from search.types import DateSort, SearchRequest, SearchResponse, Sort
from tests.contract.engines import document
from tests.contract.inflections import INFLECTIONS

HOSTILE = [
    "",
    " ",
    '"',
    '""',
    "“”",
    "-",
    "--",
    '-"',
    "*",
    "a*",
    "^a",
    "title:school",
    "{title} : school",
    "school AND",
    "AND OR NOT",
    "NEAR(school course, 2)",
    "school & !course | (x",
    "'school':A <-> 'x'",
    "'; DROP TABLE search_indexeddocument; --",
    "\x00",
    "school\x00course",
    "\ud800 school",
    "😀",
    "👩‍🏫 school",
    "x" * 5_000,
    "é" * 5_000,
    "word " * 1_000,
    '"' * 999,
    "- " * 999,
    "(" * 500 + ")" * 500,
    "\\",
    "%s %d {0}",
    "𝕊𝕔𝕙𝕠𝕠𝕝 ½ ﬁ İ ẞ",
    "العربية 中文 हिन्दी",
    "_ x_school de_school g_scho",
    "\u202eevil\u202c \u200b\u00ad",
]


def found(response: SearchResponse) -> list[str]:
    return [hit.uid for hit in response.hits]


def ask(engine: SearchBackend, text: str = "", **changes: object) -> list[str]:
    return found(engine.search(SearchRequest(text=text, **changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_a_visitor_can_type_breaks_the_search(engine: SearchBackend, text: str) -> None:
    engine.index([document(1, title="A school course")])
    response = engine.search(SearchRequest(text=text, facets=("type",), filters={"type": ("sample",)}))
    assert response.total in {0, 1}
    engine.suggest(text, "en")
    engine.related(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_in_a_document_breaks_the_index(engine: SearchBackend, text: str) -> None:
    report = engine.index([document(1, title=text or "x", summary=text, body=text, extra={"note": text}), document(2)])
    assert report.indexed == ("sample-1", "sample-2")
    assert engine.search(SearchRequest(text="number")).total == 1


@pytest.mark.parametrize("language", sorted(INFLECTIONS))
def test_every_form_of_a_word_finds_every_other(engine: SearchBackend, language: str) -> None:
    lines = [line.split() for line in INFLECTIONS[language].strip().splitlines()]
    engine.index([document(number, language=language, title="x", body=forms[0]) for number, forms in enumerate(lines)])
    missed = {
        form: forms[0]
        for number, forms in enumerate(lines)
        for form in forms
        if f"sample-{number}" not in ask(engine, form, interface_language="en")
    }
    assert not missed


@pytest.mark.parametrize(
    ("language", "title", "typed"),
    [
        ("fr", "L’école des réfugiés", "ecole refugies"),
        ("fr", "L’école des réfugiés", "l'école"),
        ("fr", "Accueil d'enfants qu’on accompagne", "enfants"),
        ("de", "Öffentliche Bücherei", "offentliche bucherei"),
        ("pl", "Żółw i łódź", "zolw lodz"),
        ("cs", "Příměstské školy", "primestske skoly"),
        ("ro", "Învățământ și școli", "invatamant scoli"),
        ("el", "Εκπαίδευση προσφύγων", "εκπαιδευση προσφυγων"),
        ("mt", "L-edukazzjoni tat-tfal", "edukazzjoni"),
        ("sv", "Språkkafé på Öland", "sprakkafe oland"),
        ("it", "L'accoglienza nell'università", "universita accoglienza"),
        ("en", "Women\u2019s rights", "womens women"),
    ],
)
def test_accents_and_elisions_do_not_matter(engine: SearchBackend, language: str, title: str, typed: str) -> None:
    engine.index([document(1, language=language, title=title)])
    assert ask(engine, typed) == ["sample-1"]


def test_text_in_decomposed_form_is_the_same_text(engine: SearchBackend) -> None:
    engine.index([document(1, language="fr", title="Re\u0301fugie\u0301s en re\u0301gion")])
    assert ask(engine, "réfugiés") == ["sample-1"]


@pytest.mark.parametrize("typed", ["Unterkunft", "Flüchtlinge", "flüchtlingsunterkünfte", "Unterkunft für Flüchtlinge"])
def test_german_compounds_are_found_by_their_parts(engine: SearchBackend, typed: str) -> None:
    engine.index([document(1, language="de", title="Neue Flüchtlingsunterkünfte im Kreis"), document(2)])
    assert ask(engine, typed, interface_language="de") == ["sample-1"]


def test_a_compound_finds_the_text_that_uses_its_parts(engine: SearchBackend) -> None:
    engine.index([document(1, language="de", title="Integration in den Arbeitsmarkt")])
    assert ask(engine, "Arbeitsmarktintegration") == ["sample-1"]


@pytest.mark.parametrize(
    ("language", "compound", "part", "typed", "said"),
    [
        ("da", "Ny sprogundervisning", "undervisning", "Flygtningebørn", "Børn af flygtninge"),
        ("fi", "Uusi kielikoulutus", "koulutus", "Työllisyyspalvelut", "Palvelut ja työllisyys"),
    ],
)
def test_compounds_of_other_languages_are_found_by_their_parts_and_find_them(
    engine: SearchBackend, language: str, compound: str, part: str, typed: str, said: str
) -> None:
    engine.index([document(1, language=language, title=compound), document(2, language=language, title=said)])
    (hit,) = engine.search(SearchRequest(text=part)).hits
    first, joined = compound.split()
    assert hit.uid == "sample-1"
    assert hit.title_html == f"{first} <mark>{joined}</mark>"
    assert ask(engine, typed) == ["sample-2"]


def test_stems_of_one_language_do_not_match_words_of_another(engine: SearchBackend) -> None:
    # "pour" is French for "for"; English stems "poured" to the same letters.
    engine.index([document(1, language="en", title="Concrete was poured"), document(2, language="fr", title="Gift")])
    assert ask(engine, "pouring", interface_language="fr") == ["sample-1"]


def test_names_and_codes_match_in_any_language(engine: SearchBackend) -> None:
    engine.index([document(1, language="el", title="Το έργο MELTINGPOT4 ξεκινά")])
    assert ask(engine, "meltingpot4", interface_language="de") == ["sample-1"]


def test_the_english_title_and_summary_find_an_item_in_another_language(engine: SearchBackend) -> None:
    engine.index([document(1, language="pl", title="Kurs", english_title="Courses", english_summary="For refugees")])
    assert ask(engine, "refugee course", interface_language="fr") == ["sample-1"]


def test_names_of_terms_find_an_item_in_every_interface_language(engine: SearchBackend) -> None:
    labels = {"en": "Housing. Germany", "fr": "Logement. Allemagne", "de": "Wohnen. Deutschland"}
    engine.index([document(1, language="pl", title="Domy", labels=labels)])
    for typed in ("housing germany", "logement allemagne", "Wohnen Deutschland"):
        assert ask(engine, typed) == ["sample-1"]


def test_all_words_must_be_there(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="School course", body="for women"),
            document(2, title="School"),
            document(3, title="Women", body="course"),
        ]
    )
    response = engine.search(SearchRequest(text="course women school"))
    assert found(response) == ["sample-1"]
    assert not response.relaxed


def test_most_words_suffice_when_no_document_has_all_and_the_answer_says_so(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="School course for women"),
            document(2, title="School gardens"),
            document(3, title="Harbour"),
        ]
    )
    response = engine.search(SearchRequest(text="school course women astronauts"))
    assert found(response) == ["sample-1"]
    assert response.relaxed


def test_a_misspelt_word_still_finds_the_title(engine: SearchBackend) -> None:
    engine.index([document(1, title="Integration of newcomers"), document(2, title="Harbour")])
    response = engine.search(SearchRequest(text="integraton"))
    assert found(response) == ["sample-1"]
    assert response.relaxed


def test_phrases_stand_word_for_word(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="Language course in Riga"),
            document(2, title="Course of language"),
            document(3, title="Body", summary="Ends with language", body="course begins"),
        ]
    )
    assert ask(engine, '"language course"') == ["sample-1"]
    assert ask(engine, "“Language Course”") == ["sample-1"]
    assert ask(engine, 'riga "course of"') == []


def test_function_words_in_phrases_count(engine: SearchBackend) -> None:
    engine.index([document(1, title="Right of residence"), document(2, title="Residence right")])
    assert ask(engine, '"right of residence"') == ["sample-1"]


def test_minus_leaves_out(engine: SearchBackend) -> None:
    engine.index([document(1, title="School course"), document(2, title="School garden"), document(3, title="Harbour")])
    assert ask(engine, "school -garden") == ["sample-1"]
    assert set(ask(engine, "-school")) == {"sample-3"}
    assert ask(engine, 'school -"school course"') == ["sample-2"]
    assert ask(engine, "well-school") == ask(engine, "well school")


def test_function_words_are_not_demanded(engine: SearchBackend) -> None:
    engine.index([document(1, title="Kumquats, zeppelins"), document(2, language="de", title="Zeppeline, Kakteen")])
    assert ask(engine, "the zeppelins of the kumquats") == ["sample-1"]
    assert ask(engine, "Kakteen in der Zeppeline") == ["sample-2"]


def test_a_query_of_function_words_alone_is_still_asked(engine: SearchBackend) -> None:
    engine.index([document(1, title="What is where"), document(2, title="Harbour")])
    assert ask(engine, "where what") == ["sample-1"]


def test_the_exact_title_comes_first(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="School"),
            document(2, title="School school school", body="school " * 50),
            document(3, title="The school", english_title="School"),
            *(document(number, title=f"Harbour {number}") for number in range(4, 12)),
        ]
    )
    assert set(ask(engine, "school")[:2]) == {"sample-1", "sample-3"}


def test_a_match_in_the_title_comes_before_one_in_the_text(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="Harbour life", body="There is a school among many other things here."),
            document(2, title="A school of music", body="There are many other things here."),
            *(document(number, title=f"Garden {number}", body="Nothing of the kind.") for number in range(3, 12)),
        ]
    )
    assert ask(engine, "school") == ["sample-2", "sample-1"]


def test_sorts(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, title="Zebra school"),
            document(2, title="Österreich school"),
            document(3, title="apple school"),
            document(4, title="Osten school"),
        ]
    )
    assert ask(engine, "school", sort=Sort.NEWEST) == ["sample-4", "sample-3", "sample-2", "sample-1"]
    assert ask(engine, "school", sort=Sort.TITLE) == ["sample-3", "sample-4", "sample-2", "sample-1"]


def test_a_date_of_the_type_sorts_with_the_undated_last(engine: SearchBackend) -> None:
    engine.index(
        [
            document(1, dates={"deadline": dt.date(2026, 3, 1)}),
            document(2, dates={}),
            document(3, dates={"deadline": dt.datetime(2026, 2, 1, 17, tzinfo=dt.UTC)}),
        ]
    )
    assert ask(engine, date_sort=DateSort("deadline")) == ["sample-3", "sample-1", "sample-2"]
    assert ask(engine, date_sort=DateSort("deadline", descending=True)) == ["sample-1", "sample-3", "sample-2"]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("text", ["", "school"])
def test_pages_hold_every_document_once(engine: SearchBackend, sort: Sort, text: str) -> None:
    same = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    engine.index([document(number, title="School", dates={"published": same}) for number in range(1, 48)])
    pages = [engine.search(SearchRequest(text=text, sort=sort, page=page)) for page in range(1, 6)]
    seen = [hit.uid for page in pages for hit in page.hits]
    assert len(seen) == len(set(seen)) == 47
    assert {page.total for page in pages} == {47}
    assert ask(engine, text, sort=sort, page=1) == seen[:10]
    assert ask(engine, text, sort=sort, page=10**9) == []


def test_highlights_are_escaped_and_marked_by_stem(engine: SearchBackend) -> None:
    engine.index(
        [
            document(
                1,
                title="<script>alert(1)</script> Schools & more",
                summary="5 < 6 in school",
                body='Before. "Nothing" <b>here</b>. ' * 30 + "Gardens <i>bloom</i> here.",
            )
        ]
    )
    hit = engine.search(SearchRequest(text="school gardens")).hits[0]
    assert hit.title_html == "&lt;script&gt;alert(1)&lt;/script&gt; <mark>Schools</mark> &amp; more"
    assert hit.summary_html == "5 &lt; 6 in <mark>school</mark>"
    hit = engine.search(SearchRequest(text="garden")).hits[0]
    assert "<mark>Gardens</mark> &lt;i&gt;bloom" in hit.passage_html
    assert len(hit.passage_html) < 700


def test_highlights_keep_the_original_text(engine: SearchBackend) -> None:
    engine.index([document(1, language="fr", title="L’École des Réfugiés")])
    hit = engine.search(SearchRequest(text="refugies ecoles")).hits[0]
    assert hit.title_html == "L’<mark>École</mark> des <mark>Réfugiés</mark>"
