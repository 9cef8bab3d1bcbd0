"""The view model: facets, chips, pages, words, what to try when nothing is found."""

import pytest
from django.http import QueryDict
from django.utils import translation

from search.list_page import ListFrame, ListPage, list_page
from search.parameters import ListRules, parse, to_request
from search.registry import IndexedType
from search.service import search
from tests.search.kinds import put, thing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("things")]
RULES = ListRules(types=("thing",))
FRAME = ListFrame("Things", RULES, "/en/things/", {"json": "/en/things/results.json", "csv": "/en/things/results.csv"})


def shown(query: str, language: str = "en") -> ListPage:
    with translation.override(language):
        state = parse(QueryDict(query), RULES)
        return list_page(FRAME, state, search(to_request(state, RULES, language)))


def test_facets_stand_in_the_order_of_their_labels_with_links_that_toggle() -> None:
    put(thing(1), thing(2, keywords={"colour": ("blue",), "year": ("2019",)}), thing(3, keywords={"year": ("2021",)}))
    page = shown("colour=blue&page=1")
    colour, year = page.facets
    assert [(value.value, value.label, value.count, value.selected) for value in colour.values] == [
        ("red", "Red", 1, False),
        ("blue", "Blue & white", 1, True),
    ]
    assert [value.url for value in colour.values] == ["/en/things/?colour=blue&colour=red", "/en/things/"]
    assert [(value.value, value.count) for value in year.values] == [("2019", 1)]
    assert colour.selected_count == 1


def test_a_chosen_value_without_results_stays_visible() -> None:
    put(thing(1))
    page = shown("colour=green")
    assert ("green", 0, True) in [(value.value, value.count, value.selected) for value in page.facets[0].values]
    assert page.count_sentence == "Nothing found"


def test_years_stand_newest_first_and_many_values_are_folded_away() -> None:
    put(*(thing(number, keywords={"year": (str(2000 + number),)}) for number in range(15)))
    facet = shown("").facets[0]
    assert [value.value for value in facet.values][:2] == ["2014", "2013"]
    assert (len(facet.first_values), len(facet.more_values)) == (8, 7)
    chosen = shown("year=2002").facets[0]
    assert "2002" in [value.value for value in chosen.first_values]


def test_chips_remove_one_choice_each() -> None:
    put(thing(1))
    page = shown("q=thing&colour=red&colour=blue&from=2020-01-01&sort=title&size=20&page=1")
    assert [(chip.facet, chip.label) for chip in page.chips] == [
        ("Colour", "Red"),
        ("Colour", "Blue & white"),
        ("Date", "published from 1 January 2020"),
    ]
    assert page.chips[0].url == "/en/things/?q=thing&colour=blue&from=2020-01-01&sort=title&size=20"
    assert page.chips[2].url == "/en/things/?q=thing&colour=red&colour=blue&sort=title&size=20"
    assert page.clear_url == "/en/things/?q=thing&sort=title&size=20"


def test_the_query_is_told_in_words() -> None:
    assert shown("").description == "Things"
    assert (
        shown("q=old+ships&colour=red&colour=blue&to=2020-12-31").description
        == "Things: “old ships”; Colour: Red or Blue & white; published until 31 December 2020"
    )


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_numbers_are_written_as_the_language_does(language: str) -> None:
    from search.wording import number

    with translation.override(language):
        assert number(1234).replace("\xa0", " ").replace("\u202f", " ") in {"1,234", "1 234", "1.234"}


def test_pages_leave_gaps_and_keep_the_rest_of_the_address() -> None:
    put(*(thing(number) for number in range(1, 121)))
    pages = shown("q=thing&page=6").pagination
    assert [(link.number, link.gap) for link in pages.links] == [
        (1, False),
        (4, True),
        (5, False),
        (6, False),
        (7, False),
        (8, False),
        (12, True),
    ]
    assert (pages.previous_url, pages.next_url) == ("/en/things/?q=thing&page=5", "/en/things/?q=thing&page=7")
    first = shown("q=thing").pagination
    assert first.previous_url == ""
    assert first.links[0].url == "/en/things/?q=thing"
    assert shown("q=thing&page=12").pagination.next_url == ""


def test_one_page_needs_no_links() -> None:
    put(thing(1))
    assert shown("").pagination.links == ()


def test_orders_say_which_is_chosen() -> None:
    put(thing(1))
    assert [(sort.name, sort.selected) for sort in shown("").sorts] == [
        ("newest", True),
        ("title", False),
        ("deadline", False),
    ]
    assert [sort.name for sort in shown("q=thing&sort=title").sorts if sort.selected] == ["title"]
    assert shown("q=thing").sorts[0].selected
    assert shown("q=thing&page=1").sorts[1].url == "/en/things/?q=thing&sort=newest"


def test_nothing_found_offers_what_would_be() -> None:
    put(thing(1, title="Old ships"), thing(2, title="Old boats", keywords={"colour": ("blue",)}))
    page = shown("q=old+ships&colour=blue")
    assert {(option.label, option.total, option.url) for option in page.alternatives} == {
        ("Without Colour: Blue & white", 1, "/en/things/?q=old+ships"),
        ("Without the word “ships”", 1, "/en/things/?q=old&colour=blue"),
    }


def test_alternatives_drop_the_dates() -> None:
    put(thing(1))
    assert [(option.label, option.url) for option in shown("from=2030").alternatives] == [
        ("Without the limit of dates", "/en/things/")
    ]


def test_notices_tell_what_was_done() -> None:
    put(thing(1, title="Integration"))
    assert "most of them" in shown("q=integraton").notices[0].text
    assert "foo" in shown("foo=1").notices[0].text
    assert "no word" in shown("q=%3F%3F").notices[0].text
    assert "32" in shown("q=" + "a+b+" * 60).notices[0].text
    assert [notice.kind for notice in shown("q=integration").notices] == ["info"]
    assert shown("").notices == ()


def test_exports_take_the_same_query_without_the_page() -> None:
    assert [export.url for export in shown("q=x&colour=red&page=1").exports] == [
        "/en/things/results.json?q=x&colour=red",
        "/en/things/results.csv?q=x&colour=red",
    ]


def test_forms_carry_the_rest_of_the_state() -> None:
    page = shown("q=x&colour=red&from=2020-01-01&sort=title")
    assert page.hidden == (("colour", "red"), ("from", "2020-01-01"), ("sort", "title"))
    assert page.filter_hidden == (("q", "x"), ("sort", "title"))


def test_a_reader_sees_the_title_in_their_language_where_there_is_one() -> None:
    put(
        thing(
            1, language="de", title="Alte Schiffe", english_title="Old ships", summary="Kurz.", english_summary="Short."
        )
    )
    english = shown("q=schiffe").items[0]
    assert (english.title, english.title_lang, english.other_title, english.other_title_lang) == (
        "Old ships",
        "",
        "Alte Schiffe",
        "de",
    )
    assert (english.summary, english.summary_lang, english.unofficial_translation) == ("Short.", "", True)
    german = shown("", "de").items[0]
    assert (german.title, german.title_lang, german.other_title, german.foreign) == ("Alte Schiffe", "", "", False)
    french = shown("", "fr").items[0]
    assert (french.title, french.title_lang, french.other_title_lang) == ("Alte Schiffe", "de", "en")
    assert french.url == "/fr/things/1-x/"


def test_a_result_says_why_it_was_found_when_nothing_shown_tells() -> None:
    put(
        thing(1, language="de", title="Schiffe", english_title="Ships", summary="Alt.", english_summary="Old boats."),
        thing(2, title="Garden", labels={"en": "Housing"}),
    )
    assert shown("q=boats", "de").items[0].why == "In der englischen Übersetzung gefunden"
    assert shown("q=housing").items[0].why == "Found in its themes, topics or places"
    assert shown("q=garden").items[0].why == ""


def test_markup_in_documents_is_escaped() -> None:
    put(thing(1, title="<script>x</script>", summary="<b>5 < 6</b>", extra={"area": "<i>"}))
    item = shown("").items[0]
    assert item.title_html == "&lt;script&gt;x&lt;/script&gt;"
    assert item.summary_html == "&lt;b&gt;5 &lt; 6&lt;/b&gt;"


def test_over_all_types_the_type_is_a_facet(things: IndexedType) -> None:
    put(thing(1))
    rules = ListRules(facets=("type", "colour"))
    state = parse(QueryDict("type=thing"), rules)
    frame = ListFrame("Search", rules, "/en/search/", {})
    page = list_page(frame, state, search(to_request(state, rules, "en")))
    assert [(value.value, value.label) for value in page.facets[0].values] == [("thing", "Things")]
