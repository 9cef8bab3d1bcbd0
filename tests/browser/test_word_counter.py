"""The word counter in a real browser: it counts as Python does, and says what the editor needs to hear."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "core" / "static" / "core" / "word-counter.js"
VECTORS = json.loads((ROOT / "tests" / "core" / "word_vectors.json").read_text())

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FIELD = """
<!doctype html><html lang="{language}"><title>Counter</title>
<form><select name="record"><option>full<option>short</select>
<textarea id="text" data-word-counter="true" data-words-least="75" data-words-most="100"
 data-words-one="{{count}} word" data-words-other="{{count}} words" data-words-limit="75–100"
 data-words-over="too long" data-words-under="too short"
 data-words-exempt-name="record" data-words-exempt-value="short">{text}</textarea></form>
"""


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page()
    yield opened
    opened.close()


def show(page: Any, text: str = "", language: str = "en") -> None:
    page.set_content(FIELD.format(text=text, language=language))
    page.add_script_tag(path=str(SCRIPT))


def test_the_browser_counts_every_text_of_the_shared_table_as_python_does(page: Any) -> None:
    show(page)
    counted = page.evaluate("texts => texts.map(PortalWordCounter.countWords)", [text for text, _ in VECTORS])
    wrong = [(text, got, words) for (text, words), got in zip(VECTORS, counted, strict=True) if got != words]
    assert not wrong


@pytest.mark.parametrize(
    ("words", "shown", "state"),
    [
        (0, "0 words · 75–100", "within"),
        (1, "1 word · 75–100 – too short", "under"),
        (74, "74 words · 75–100 – too short", "under"),
        (75, "75 words · 75–100", "within"),
        (100, "100 words · 75–100", "within"),
        (101, "101 words · 75–100 – too long", "over"),
    ],
)
def test_the_line_says_count_limit_and_what_is_wrong(page: Any, words: int, shown: str, state: str) -> None:
    show(page)
    page.fill("#text", "word " * words)
    line = page.locator(".word-counter")
    assert line.locator("[aria-hidden]").inner_text() == shown
    assert line.get_attribute("data-state") == state


def test_screen_readers_hear_the_count_once_the_typing_pauses(page: Any) -> None:
    show(page, "one two")
    spoken = page.locator(".word-counter__spoken")
    assert spoken.get_attribute("aria-live") == "polite"
    page.locator("#text").press("Control+End")
    page.locator("#text").press_sequentially(" three four", delay=20)
    assert spoken.text_content() == ""
    page.wait_for_function("document.querySelector('.word-counter__spoken').textContent.startsWith('4 words')")


def test_a_short_record_is_counted_without_a_warning(page: Any) -> None:
    show(page, "Only one sentence.")
    line = page.locator(".word-counter")
    assert line.get_attribute("data-state") == "under"
    page.select_option("select", "short")
    assert line.get_attribute("data-state") == "within"
