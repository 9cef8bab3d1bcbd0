"""What an address says, made safe."""

import datetime as dt

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.parameters import ListQuery, ListRules, parse, to_request
from search.registry import IndexedType
from search.types import DateSort, Sort

RULES = ListRules(types=("thing",), kept=("compare",))


def read(query: str, rules: ListRules = RULES) -> ListQuery:
    return parse(QueryDict(query), rules)


def test_a_full_address_is_understood(things: IndexedType) -> None:
    query = read("q=+two++words+&colour=blue&colour=red&year=2020,2019&from=2020-02&to=2021&sort=title&page=3&size=20")
    assert not query.errors
    assert query.text == "two words"
    assert query.filters == {"colour": ("red", "blue"), "year": ("2019", "2020")}
    assert (query.date_from, query.date_to) == (dt.date(2020, 2, 1), dt.date(2021, 12, 31))
    request = to_request(query, RULES, "fr")
    assert (request.sort, request.page, request.page_size, request.types) == (Sort.TITLE, 3, 20, ("thing",))
    assert request.facets == ("colour", "year")
    assert request.interface_language == "fr"


def test_the_same_state_has_one_address(things: IndexedType) -> None:
    one = read("year=2020&colour=blue&colour=red&q=x&page=2&compare=practice-1")
    other = read("compare=practice-1&page=2&q=x&colour=red&colour=blue&colour=red&year=2020")
    assert one.address("/l/", paging=True) == other.address("/l/", paging=True)
    assert one.address("/l/") == "/l/?q=x&colour=red&colour=blue&year=2020&compare=practice-1"
    assert read("").address("/l/") == "/l/"


def test_unknown_parameters_are_ignored_and_named(things: IndexedType) -> None:
    query = read("foo=1&theme=x&utm_source=y")
    assert query.ignored == ["foo", "theme", "utm_source"]
    assert not query.errors


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("colour=purple", "colour"),
        ("colour=red&colour=purple", "colour"),
        ("colour=" + "x" * 5_000, "colour"),
        ("year=20x0", "year"),
        ("year=٢٠٢٠", "year"),
        ("&".join(f"year={year}" for year in range(1900, 2000)), "year"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=two", "page"),
        ("page=²", "page"),
        ("page=" + "9" * 30, "page"),
        ("size=7", "size"),
        ("size=100000", "size"),
        ("sort=colour", "sort"),
        ("from=2020-13-01", "from"),
        ("from=yesterday", "from"),
        ("to=2020-02-30", "to"),
        ("to=0000-01-01", "to"),
        ("from=2021-01-01&to=2020-01-01", "from"),
        ("q=" + "x" * 5_001, "q"),
    ],
)
def test_a_wrong_value_of_a_known_parameter_is_an_error(things: IndexedType, address: str, parameter: str) -> None:
    query = read(address)
    assert [error.parameter for error in query.errors] == [parameter]
    assert len(query.errors[0].value) <= 61
    assert query.errors[0].message


def test_the_right_part_of_a_wrong_address_still_counts(things: IndexedType) -> None:
    assert read("colour=red&colour=purple&page=0").filters == {"colour": ("red",)}


def test_codes_may_be_written_in_any_case(things: IndexedType) -> None:
    assert read("colour=RED").filters == {"colour": ("red",)}


def test_a_long_query_is_repeated_only_as_far_as_it_is_searched(things: IndexedType) -> None:
    query = read("q=" + "x" * 4_000)
    assert query.shortened
    assert len(query.text) <= 66
    assert not read("q=short").shortened


def test_control_characters_become_spaces(things: IndexedType) -> None:
    assert read("q=a%00b%0Ac").text == "a b c"


def test_the_order_of_a_type_is_offered_where_its_date_is(things: IndexedType) -> None:
    assert to_request(read("sort=deadline"), RULES, "en").date_sort == DateSort("deadline")


def test_without_an_order_words_sort_by_relevance_and_lists_by_date(things: IndexedType) -> None:
    assert to_request(read("q=x"), RULES, "en").sort is Sort.RELEVANCE
    assert to_request(read(""), RULES, "en").sort is Sort.NEWEST
    assert to_request(read("q=x"), RULES, "en", default_sort="title").sort is Sort.TITLE


def test_a_preset_facet_is_not_offered(things: IndexedType) -> None:
    rules = ListRules(types=("thing",), preset={"colour": ("red",)})
    assert list(rules.definitions()) == ["year"]
    assert read("colour=blue", rules).ignored == ["colour"]


@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(("q", "colour", "year", "page", "size", "sort", "from", "to", "compare", "x")),
            st.text(max_size=30) | st.sampled_from(("red", "2020", "1", "title", "2020-01-01")),
        ),
        max_size=8,
    )
)
def test_nothing_that_can_be_sent_raises(pairs: list[tuple[str, str]]) -> None:
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    query = parse(data, RULES)
    query.address("/list/", paging=True).encode("ascii")
    to_request(query, RULES, "en")
