"""Counting words as a reader would, cleaning what was pasted, paragraphs and lists of plain text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean_text, count_words, one_line, text_blocks


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("   \n ", 0),
        ("one two\tthree\nfour", 4),
        ("l'intégration des migrants", 3),
        ("l’intégration d’une ville", 3),
        ("follow-up and re-entry", 3),
        ("Geflüchtete – und andere", 3),
        ("before—after", 2),
        ("wait…what", 2),
        ("- first\n- second", 2),
        ("1,200 persons in 2019", 4),
        ("• * – !", 0),
        ("Интеграция на мигранти", 3),
        ("Ένταξη των μεταναστών", 3),
        ("e\u0301te\u0301", 1),
        ("統合", 2),
        ("EU-27 (2020)", 2),
    ],
)
def test_words_are_counted_as_a_reader_counts(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text(), st.text())
def test_two_texts_with_a_space_between_have_the_words_of_both(first: str, second: str) -> None:
    assert count_words(f"{first} {second}") == count_words(first) + count_words(second)


@pytest.mark.parametrize(
    ("pasted", "clean"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("soft\x0bbreak", "soft\nbreak"),
        ("line\u2028separator", "line\nseparator"),
        ("paragraph\u2029separator", "paragraph\n\nseparator"),
        ("nul\x00byte", "nulbyte"),
        ("\ufeffmark", "mark"),
        ("half\ud800pair", "halfpair"),
        ("no\ufffe character\uffff of XML", "no character of XML"),
        ("e\u0301", "é"),
        ("  spaces  ", "spaces"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_pasted_text_is_cleaned(pasted: str, clean: str) -> None:
    assert clean_text(pasted) == clean


@given(st.text(st.characters()))
def test_clean_text_is_storable_and_stays_as_it_is(text: str) -> None:
    clean = clean_text(text)
    clean.encode("utf-8")
    assert "\x00" not in clean
    assert clean_text(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)


def test_one_line_is_cut_at_the_end_of_a_word() -> None:
    assert one_line("a  b\nc") == "a b c"
    assert one_line("integration of newcomers", 15) == "integration of…"
    assert len(one_line("x" * 50, 10)) <= 10


@given(st.text(), st.integers(2, 40))
def test_one_line_is_one_line_and_no_longer_than_asked(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert not re.search(r"[\n\r\t]", line)


def test_blank_lines_make_paragraphs_and_dashes_make_lists() -> None:
    blocks = text_blocks("First\nline\n\n- one\n- two\n\n\nLast - not a list")
    assert [(block.lines, block.items) for block in blocks] == [
        (["First", "line"], []),
        ([], ["one", "two"]),
        (["Last - not a list"], []),
    ]


def test_a_dash_among_other_lines_stays_text() -> None:
    assert text_blocks("Said:\n- one")[0].lines == ["Said:", "- one"]
    assert text_blocks("") == []
