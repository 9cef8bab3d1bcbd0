"""The table of word counts that Python and the browser share (see tests/browser/test_word_counter.py)."""

import json
from pathlib import Path

import pytest

from core.text import count_words

VECTORS: list[tuple[str, int]] = [
    tuple(row) for row in json.loads(Path(__file__).with_name("word_vectors.json").read_text())
]


@pytest.mark.parametrize(("text", "words"), VECTORS)
def test_words_are_counted_as_on_the_shared_table(text: str, words: int) -> None:
    assert count_words(text) == words
