"""Two windows on one draft: whose text is kept, field by field."""

from typing import Any

import pytest

from contributions.merging import fingerprint, merge, read_shown, shown


@pytest.mark.parametrize(
    ("base", "stored", "typed", "kept", "clash"),
    [
        ("a", "a", "b", "b", False),
        ("a", "b", "a", "b", False),
        ("a", "b", "b", "b", False),
        ("a", "b", "c", "c", True),
        ("a", "", "a", "", False),
        ("a", None, "a", "", False),
        ("", None, "a", "a", False),
        (["x"], ["x", "y"], ["x"], ["x", "y"], False),
        (["y", "x"], ["x", "y"], ["z"], ["z"], False),
        ("one\ntwo", "one\r\ntwo", "three", "three", False),
    ],
)
def test_only_what_both_changed_differently_is_a_clash(
    base: Any, stored: Any, typed: Any, kept: Any, clash: bool
) -> None:
    merged = merge({"field": typed}, {"field": stored}, {"field": fingerprint(base)})
    assert merged.values == {"field": kept}
    assert merged.clashes == (("field",) if clash else ())


def test_without_knowledge_of_what_was_shown_the_typed_text_stands() -> None:
    assert merge({"field": "b"}, {"field": "a"}, {}).values == {"field": "b"}


@pytest.mark.parametrize("nonsense", ["", "{", "[]", '"x"', "null", '{"field": 1}', "x" * 50_000])
def test_nonsense_from_a_form_is_no_knowledge(nonsense: str) -> None:
    assert read_shown(nonsense) == {}


def test_what_was_shown_comes_back() -> None:
    assert read_shown(shown({"field": "a"})) == {"field": fingerprint("a")}
