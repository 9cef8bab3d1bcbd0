"""What visitors bring along: larger text, wider spacing, less motion, privacy; and an editor's second look."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, sign_in
from tests.browser.pages import LANGUAGES, PAGES, STATUS, WITH_TOKEN, address
from tests.goodpractices.builders import words

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser-comfort")]

#: Runs before the page's own scripts: what the content policy refuses is kept for the test.
KEEP_REFUSALS = (
    "window.refused = [];"
    "addEventListener('securitypolicyviolation', "
    "event => refused.push(event.violatedDirective + ' ' + event.blockedURI))"
)
#: WCAG 1.4.12: what readers may set without losing anything.
WIDE_SPACING = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-block-end:2em!important}"
)
#: Boxes that hide part of their own text; summaries are cut on purpose, with the whole text one click away.
CLIPPED = """() => [...document.querySelectorAll('h1, h2, h3, a, button, label, dt, dd, summary, .label, .tag')]
  .filter(node => node.offsetParent && !node.closest('.visually-hidden, .card__summary, .result__summary'))
  .filter(node => getComputedStyle(node).overflow === 'hidden' && node.scrollHeight > node.clientHeight + 2)
  .map(node => node.outerHTML.slice(0, 120))"""
MOVING = """() => [...document.querySelectorAll('*')].filter(node => {
  const style = getComputedStyle(node);
  const longest = times => Math.max(...times.split(',').map(parseFloat));
  return longest(style.animationDuration) > 0.01 && style.animationName !== 'none'
    || longest(style.transitionDuration) > 0.01;
}).map(node => node.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_tells_anybody_of_its_visitor(site: Site, browser: Any, name: str, language: str) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.add_init_script(KEEP_REFUSALS)
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address(site, name, language), wait_until="load")
    if name in STATUS:
        # Chromium itself notes that the page's own status is an error.
        said = [text for text in said if f"status of {STATUS[name]}" not in text]
    assert [url for url in asked if not url.startswith((site.base, "data:"))] == []
    assert said == []
    assert page.evaluate("window.refused") == []
    assert {cookie["name"] for cookie in context.cookies()} == ({"csrftoken"} if name in WITH_TOKEN else set())
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_text_of_twice_the_size_loses_nothing(site: Site, browser: Any, name: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(address(site, name, "de"))
    page.add_style_tag(content="html{font-size:200%!important}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.evaluate(CLIPPED) == []
    context.close()


@pytest.mark.parametrize("name", ["home", "list with filters", "full practice", "comparison of three", "about"])
def test_wider_spacing_of_text_loses_nothing(site: Site, browser: Any, name: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    page = context.new_page()
    page.goto(address(site, name, "de"))
    page.add_style_tag(content=WIDE_SPACING)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(CLIPPED) == []
    context.close()


@pytest.mark.parametrize("name", ["home", "list", "full practice"])
def test_nothing_moves_for_visitors_who_asked_for_less_motion(site: Site, browser: Any, name: str) -> None:
    page = browser.new_page(reduced_motion="reduce")
    page.goto(address(site, name, "en"))
    assert page.evaluate(MOVING) == []
    page.close()


def test_a_list_is_taken_away_as_a_table(site: Site, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{site.base}/en/good-practices/?country=DE")
    shown = page.locator(".result__title").count()
    with page.expect_download() as download:
        page.locator("#results a[href*='results.csv']").click()
    rows = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert len(rows) >= shown + 1
    page.close()


@pytest.mark.parametrize("width", [360, 1366])
def test_no_stop_of_the_keyboard_is_hidden_or_outside_the_window(site: Site, browser: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(address(site, "full practice", "fr"))
    stops = 0
    for _stop in range(60):
        page.keyboard.press("Tab")
        box = page.evaluate(
            "() => { const node = document.activeElement; if (node === document.body) return null;"
            " const box = node.getBoundingClientRect(); return [box.left, box.right, box.top, box.bottom] }"
        )
        if box is None:
            break
        stops += 1
        left, right, top, bottom = box
        focused = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert right > left >= -1, focused
        assert right <= width + 1, focused
        assert bottom > 0, focused
        assert top < 740, focused
    assert stops > 20
    page.close()


def test_an_editor_previews_and_corrects_what_is_published(site: Site, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 1000})
    sign_in(site, context)
    page = context.new_page()
    page.goto(f"{site.base}/admin/snippets/goodpractices/goodpractice/edit/69/")
    public = site.fetch("/en/good-practices/69-company-mentors-accompanied-into-an-apprenticeship/")
    assert "Corrected in a browser." not in public
    page.fill("textarea[name=who_benefits]", f"Corrected in a browser. {words(20)}")
    page.locator("[data-side-panel-toggle='preview']").click()
    frame = page.frame_locator("#w-preview-iframe").first
    frame.get_by_text("Corrected in a browser.").wait_for(timeout=15_000)
    visitor = browser.new_page()
    visitor.goto(f"{site.base}/en/good-practices/69-x/")
    assert visitor.get_by_text("Corrected in a browser.").count() == 0
    page.locator("[data-controller~='w-dropdown'] [data-w-dropdown-target='toggle']").last.click()
    with page.expect_navigation():
        page.locator("button[name=action-publish]").click()
    visitor.goto(f"{site.base}/en/good-practices/69-x/")
    assert visitor.get_by_text("Corrected in a browser.").count() == 1
    visitor.close()
    context.close()
