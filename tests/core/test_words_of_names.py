"""Order of names, readable addresses, partial dates, cells of downloads."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.dates import format_partial_date, iso_partial_date
from core.sorting import sort_key
from core.spreadsheets import safe_cell
from core.transliteration import to_ascii


def test_accents_do_not_push_a_name_to_the_end() -> None:
    names = ["Zagreb", "Österreich", "Łódź", "Lund", "Étretat", "Évora", "Ober", "Ærø"]
    assert sorted(names, key=sort_key) == ["Ærø", "Étretat", "Évora", "Łódź", "Lund", "Ober", "Österreich", "Zagreb"]


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("Über Χίος", "ueber chios"),
        ("София", "sofiya"),
        ("Łódź", "lodz"),
        ("Ħal Qormi", "hal qormi"),
        ("crème brûlée", "creme brulee"),
        ("Straße", "strasse"),
        ("Αθήνα", "athina"),
    ],
)
def test_addresses_are_readable_in_any_script(text: str, ascii_text: str) -> None:
    assert to_ascii(text) == ascii_text


@given(st.text())
def test_any_text_becomes_ascii(text: str) -> None:
    assert to_ascii(text).isascii()


@pytest.mark.parametrize(
    ("precision", "iso", "english", "german"),
    [
        ("year", "2019", "2019", "2019"),
        ("month", "2019-03", "March 2019", "März 2019"),
        ("day", "2019-03-04", "4 March 2019", "4. März 2019"),
    ],
)
def test_a_date_shows_no_more_than_is_known(precision: str, iso: str, english: str, german: str) -> None:
    day = dt.date(2019, 3, 4)
    assert iso_partial_date(day, precision) == iso
    with translation.override("en"):
        assert format_partial_date(day, precision) == english
    with translation.override("de"):
        assert format_partial_date(day, precision) == german


def test_no_date_is_an_empty_text() -> None:
    assert format_partial_date(None, "day") == iso_partial_date(None, "day") == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", " =1", "\t=1", "\r=1"])
def test_a_formula_in_a_download_is_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_ordinary_cells_stay_as_they_are() -> None:
    assert safe_cell("A - B") == "A - B"
