"""Suggestions while typing: by keyboard, by mouse, on a phone, and not at all without JavaScript."""

from typing import Any

import pytest

from tests.browser.conftest import Site
from tests.browser.test_quality import AXE, RULES
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser-suggestions")]

#: Path → the field of its search form.
FORMS = {"/": "hero-q", "/about/": "site-q", "/good-practices/": "list-q", "/search/": "list-q"}


def typed(page: Any, address: str, field: str, text: str = "ger") -> Any:
    """Type ``text`` and return the open list's options."""
    page.goto(address)
    page.locator(f"#{field}").click()
    page.keyboard.type(text)
    page.locator(f"#{field}-suggestions [role=option]").first.wait_for(state="visible")
    return page.locator(f"#{field}-suggestions [role=option]")


def active(page: Any, field: str) -> str:
    """Return the text of the option that the field says is active."""
    identifier = page.locator(f"#{field}").get_attribute("aria-activedescendant")
    if identifier is None:
        return ""
    option = page.locator(f"#{identifier}")
    assert option.get_attribute("aria-selected") == "true"
    return str(option.inner_text())


def expanded(page: Any, field: str) -> str | None:
    value: str | None = page.locator(f"#{field}").get_attribute("aria-expanded")
    return value


def test_the_arrows_walk_the_list_and_enter_goes_there(site: Site, browser: Any) -> None:
    page = browser.new_page()
    options = typed(page, f"{site.base}/en/about/", "site-q", "mi")
    texts = options.all_inner_texts()
    assert len(texts) >= 3
    assert (expanded(page, "site-q"), active(page, "site-q")) == ("true", "")
    seen = []
    for key in ("ArrowDown", "ArrowDown", "End", "ArrowDown", "ArrowUp", "Home"):
        page.keyboard.press(key)
        seen.append(active(page, "site-q"))
    assert seen == [texts[place] for place in (0, 1, -1, 0, -1, 0)]
    assert page.evaluate("document.activeElement.id") == "site-q"
    target = options.first.get_attribute("data-url")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}{target}")
    page.close()


def test_enter_without_a_choice_searches_for_the_words(site: Site, browser: Any) -> None:
    page = browser.new_page()
    typed(page, f"{site.base}/en/about/", "site-q")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}/en/search/?q=ger")
    page.close()


def test_escape_closes_and_then_clears(site: Site, browser: Any) -> None:
    page = browser.new_page()
    options = typed(page, f"{site.base}/en/search/", "list-q")
    field = page.locator("#list-q")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert (expanded(page, "list-q"), active(page, "list-q"), options.count()) == ("false", "", 0)
    assert field.input_value() == "ger"
    page.keyboard.press("ArrowDown")
    options.first.wait_for(state="visible")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert field.input_value() == ""
    page.close()


def test_tab_closes_and_goes_on(site: Site, browser: Any) -> None:
    page = browser.new_page()
    options = typed(page, f"{site.base}/en/about/", "site-q")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert (expanded(page, "site-q"), options.count()) == ("false", 0)
    assert page.evaluate("document.activeElement.type") == "submit"
    assert page.url == f"{site.base}/en/about/"
    page.close()


def test_a_click_goes_there(site: Site, browser: Any) -> None:
    page = browser.new_page()
    options = typed(page, f"{site.base}/de/", "hero-q", "deutschl")
    assert "Deutschland" in options.first.inner_text()
    options.first.click()
    page.wait_for_url(f"{site.base}/de/search/?country=DE")
    page.close()


def test_what_was_typed_stands_out_and_the_number_is_said(site: Site, browser: Any) -> None:
    page = browser.new_page()
    options = typed(page, f"{site.base}/fr/about/", "site-q", "tchequ")
    assert options.first.locator("mark").first.inner_text().casefold() == "tchéqu"
    said = page.locator(".search-form [role=status]")
    assert said.inner_text().startswith(str(options.count()))
    page.close()


@pytest.mark.parametrize("width", [1366, 360])
@pytest.mark.parametrize(("path", "field"), FORMS.items())
def test_the_open_list_is_accessible_and_whole(site: Site, browser: Any, path: str, field: str, width: int) -> None:
    if not AXE.exists():
        missing("axe-core (npm ci in front/)")
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    options = typed(page, f"{site.base}/en{path}", field, "mi")
    page.keyboard.press("ArrowDown")
    page.evaluate(AXE.read_text())
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    found = [(rule["id"], [node["html"][:150] for node in rule["nodes"]][:3]) for rule in result["violations"]]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for place in range(options.count()):
        page.keyboard.press("Home")
        for _step in range(place):
            page.keyboard.press("ArrowDown")
        option = options.nth(place)
        box = option.bounding_box()
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        # Nothing lies over it, and nothing cuts it off.
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert option.evaluate("(node, at) => node.contains(document.elementFromPoint(...at))", middle)
    assert page.evaluate("document.querySelector('.hero')?.scrollTop ?? 0") == 0
    context.close()


def test_the_list_moves_nothing_else(site: Site, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{site.base}/en/about/")
    before = page.locator("h1").bounding_box()
    typed(page, f"{site.base}/en/about/", "site-q")
    assert page.locator("h1").bounding_box() == before
    page.close()


def test_the_choice_is_seen_with_forced_colours(site: Site, browser: Any) -> None:
    page = browser.new_page(forced_colors="active")
    options = typed(page, f"{site.base}/en/about/", "site-q", "mi")
    page.keyboard.press("ArrowDown")
    behind = [options.nth(place).evaluate("node => getComputedStyle(node).backgroundColor") for place in (0, 1)]
    assert behind[0] != behind[1]
    shown = options.first.locator(".suggestion__label, .suggestion__detail")
    assert len(set(shown.evaluate_all("nodes => nodes.map(node => getComputedStyle(node).color)"))) == 1
    page.close()


def test_without_an_answer_the_form_works_as_ever(site: Site, browser: Any) -> None:
    page = browser.new_page()
    page.route("**/suggest.json*", lambda route: route.fulfill(status=503, body=""))
    page.goto(f"{site.base}/en/about/")
    page.locator("#site-q").click()
    with page.expect_response("**/suggest.json*"):
        page.keyboard.type("ger")
    assert expanded(page, "site-q") == "false"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}/en/search/?q=ger")
    page.close()


def test_without_javascript_it_is_a_plain_search_field(site: Site, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.base}/en/about/")
    field = page.locator("#site-q")
    assert (field.get_attribute("type"), field.get_attribute("role")) == ("search", None)
    field.fill("german")
    field.press("Enter")
    page.wait_for_url(f"{site.base}/en/search/?q=german")
    context.close()
