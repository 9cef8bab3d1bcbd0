"""What of a page is markup: to hold a page full of hostile texts against the same page with harmless ones."""

import csv
import io
import json
import re
from collections import Counter
from typing import Any, Final
from urllib.parse import parse_qs

import html5lib

from tests.contributions.xss_corpus import MARK

#: How often which element with which attributes stands in a page.
Shape = Counter[tuple[str, tuple[str, ...]]]

#: What would mean something to HTML, and what looks alike but means nothing; words and lines stay the same.
_HARMLESS: Final = str.maketrans("<>&\"'`", "‹›§”’‛")
_HANDLER: Final = re.compile(r"on[a-z]+")
_ADDRESSES: Final = frozenset({"href", "src", "action", "formaction", "data", "srcdoc", "srcset", "poster"})
_SCHEMES: Final = ("javascript:", "vbscript:", "data:text")
_DATA: Final = frozenset({"application/ld+json", "application/json"})


def harmless(text: str) -> str:
    """Return the text with every sign that means something to HTML replaced by one that looks alike."""
    return text.translate(_HARMLESS)


def elements(page: str) -> list[tuple[str, dict[str, str], str]]:
    """Return (name, attributes, text) of every element of ``page``, as a browser reads it."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found = []
    for element in tree.iter():
        if isinstance(element.tag, str):
            attributes = {str(name).rpartition("}")[2]: str(value) for name, value in element.attrib.items()}
            found.append((element.tag.rpartition("}")[2], attributes, element.text or ""))
    return found


def shape_of(page: str) -> Shape:
    """Count the elements of ``page`` by name and names of attributes.

    Search marks the words it found; how many depends on which piece of a text it shows, so these are left out.
    """
    return Counter(
        (name, tuple(sorted(attributes))) for name, attributes, _text in elements(page) if name != "mark" or attributes
    )


def assert_same_shape(hostile: str, other: str, where: str) -> None:
    """No text of the first page has become an element or an attribute: it has those of the other page, no more."""
    ours, theirs = shape_of(hostile), shape_of(other)
    assert ours == theirs, f"{where}: too many {dict(ours - theirs)}, missing {dict(theirs - ours)}"


def assert_text_only(page: str, where: str) -> None:
    """Nothing hostile stands where a browser would run it, follow it or load it."""
    for name, attributes, text in elements(page):
        for attribute, value in attributes.items():
            said = f"{where}: <{name} {attribute}={value[:60]}>"
            assert not _HANDLER.fullmatch(attribute), said
            assert MARK not in attribute, said
            if attribute in _ADDRESSES:
                _assert_harmless_address(value, said)
            assert not (attribute == "style" and MARK in value), said
        if name == "script" and MARK in text:
            assert attributes.get("type") in _DATA, f"{where}: <script>"
            json.loads(text)
        assert not (name == "style" and MARK in text), f"{where}: <style>"


def _assert_harmless_address(value: str, said: str) -> None:
    address = re.sub(r"[\s\x00-\x1f]", "", value).casefold()
    assert not address.startswith(_SCHEMES), said
    # After "//" stands the host, with or without a scheme in front.
    assert not re.match(r"([a-z][a-z0-9+.-]*:)?[/\\\\]{2}[^/?#]*evil\.example", address), said
    if address.startswith("mailto:"):
        to, _mark, query = value[len("mailto:") :].partition("?")
        assert MARK not in to, said
        assert set(parse_qs(query)) <= {"subject", "body"}, said


def assert_no_formulas(sheet: str, where: str) -> None:
    """No cell of a table begins with a sign by which spreadsheets know a formula, not even behind blanks."""
    rows = list(csv.reader(io.StringIO(sheet.lstrip("\ufeff"))))
    assert len({len(row) for row in rows}) == 1, f"{where}: ragged"
    for cell in (cell for row in rows for cell in row):
        assert not cell.lstrip(" \n").startswith(("=", "+", "@", "\t", "\r")), f"{where}: {cell[:40]!r}"
        assert not re.match(r"-\D", cell), f"{where}: {cell[:40]!r}"
        assert not (cell.startswith("-") and MARK in cell), f"{where}: {cell[:40]!r}"


def strings_in(value: Any) -> list[str]:
    """Return every text in what was parsed from JSON."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in strings_in(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings_in(part)]
    return [value] if isinstance(value, str) else []
