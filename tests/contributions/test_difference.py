"""What changed between two texts, word by word, in bounded time."""

import random
import time

import pytest

from contributions.desk.difference import ADDED, REMOVED, SAME, compare


def before(changes: tuple[tuple[str, str], ...]) -> str:
    return "".join(text for sign, text in changes if sign != ADDED)


def after(changes: tuple[tuple[str, str], ...]) -> str:
    return "".join(text for sign, text in changes if sign != REMOVED)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("A café", "A café", ((SAME, "A café"),)),
        ("", "New", ((ADDED, "New"),)),
        ("Old", "", ((REMOVED, "Old"),)),
        ("Run by the city.", "Run by neighbours.", (
            (SAME, "Run by"), (REMOVED, " the city"), (ADDED, " neighbours"), (SAME, "."),
        )),
        ("Learning arrives", "Learning arrives, step by step", ((SAME, "Learning arrives"), (ADDED, ", step by step"))),
        ("Őrült  két\nsor", "Őrült két\nsor", (
            (SAME, "Őrült"), (REMOVED, "  két"), (ADDED, " két"), (SAME, "\nsor"),
        )),
    ],
)  # fmt: skip
def test_words_are_told_apart(old: str, new: str, changes: tuple[tuple[str, str], ...]) -> None:
    assert compare(old, new) == changes


@pytest.mark.parametrize("alphabet", [2, 15, 100, 5000])
@pytest.mark.parametrize("length", [150, 1400, 20_000])
def test_the_parts_put_together_are_both_texts_again_and_soon(alphabet: int, length: int) -> None:
    chance = random.Random(7)
    old, new = (" ".join(f"w{chance.randrange(alphabet)}" for _ in range(length)) for _ in range(2))
    begun = time.monotonic()
    changes = compare(old, new)
    assert time.monotonic() - begun < 2
    assert (before(changes), after(changes)) == (old, new)


def test_a_word_changed_in_a_long_text_is_found() -> None:
    words = [f"word{number % 400}" for number in range(1200)]
    changed = [*words[:600], "other", *words[601:]]
    changes = compare(" ".join(words), " ".join(changed))
    assert [change for change in changes if change[0] != SAME] == [(REMOVED, " word200"), (ADDED, " other")]
