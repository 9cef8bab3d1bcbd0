"""The visitor's and the editor's way: with the mouse, by keyboard, without JavaScript, on a phone."""

from typing import Any

import pytest

from tests.browser.conftest import Site, sign_in
from tests.goodpractices.builders import words

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_the_first_stop_of_the_keyboard_leads_to_the_content(site: Site, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{site.base}/en/good-practices/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    assert page.locator(".skip-link").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert focused(page) == "main"
    page.close()


def test_every_stop_of_the_keyboard_can_be_seen(site: Site, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.goto(f"{site.base}/en/good-practices/?theme=social-cohesion")
    seen: list[str] = []
    for _stop in range(40):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => {
              const node = document.activeElement;
              const shown = node.matches('.ecl-checkbox__input')
                ? node.nextElementSibling.querySelector('.ecl-checkbox__box') : node;
              const style = getComputedStyle(shown);
              return [node.tagName, style.outlineStyle, parseFloat(style.outlineWidth), style.boxShadow];
            }"""
        )
        visible = (state[1] != "none" and state[2] >= 2) or state[3] != "none"
        seen.append("" if visible else str(state))
    assert [stop for stop in seen if stop] == []
    page.close()


def test_a_filter_swaps_the_results_and_keeps_its_place(site: Site, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.goto(f"{site.base}/en/good-practices/")
    before = page.locator("#results h2").first.inner_text()
    box = page.locator("input[name=theme][value=social-cohesion]")
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/*theme=social-cohesion*")
    page.wait_for_function("before => document.querySelector('#results h2').innerText !== before", arg=before)
    after = page.locator("#results h2").first.inner_text()
    assert page.locator("#status").inner_text() == after
    assert focused(page) == "theme-social-cohesion"
    assert page.locator(".chip").count() == 1
    page.go_back()
    page.wait_for_function("before => document.querySelector('#results h2').innerText === before", arg=before)
    assert not page.locator("input[name=theme][value=social-cohesion]").is_checked()
    page.close()


def test_everything_works_without_javascript(site: Site, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site.base}/fr/")
    page.locator(".site-nav__narrow summary").click()
    page.locator(".site-nav__narrow a").first.click()
    assert page.url == f"{site.base}/fr/good-practices/"
    facets = page.locator("details.facets")
    if facets.get_attribute("open") is None:
        facets.locator("> summary").click()
    page.locator("label[for=theme-social-cohesion]").click()
    page.locator("#filters button[type=submit]").click()
    assert "theme=social-cohesion" in page.url
    page.locator(".chip").first.click()
    assert "theme" not in page.url
    page.locator(".result-list a[href*='compare='][rel=nofollow]").first.click()
    page.locator(".result-list a[href*='compare='][rel=nofollow]").first.click()
    page.locator(".comparing a[href*='/compare/?ids=']").click()
    assert page.locator(".compare__head").count() == 2
    with page.expect_download() as download:
        page.locator("a[href*='compare.csv']").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.locator(".compare__head a").first.click()
    assert page.locator("h1").count() == 1
    context.close()


def test_the_menu_of_a_phone_opens_by_keyboard(site: Site, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{site.base}/de/")
    page.locator(".site-nav__narrow summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".site-nav__narrow a").first.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/de/good-practices/")
    page.close()


def test_the_switcher_stays_on_the_page(site: Site, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{site.base}/en/good-practices/?q=housing&theme=social-cohesion")
    page.locator(".languages a[hreflang=de]").click()
    assert page.url == f"{site.base}/de/good-practices/?q=housing&theme=social-cohesion"
    assert page.locator("html").get_attribute("lang") == "de"
    page.close()


def test_an_editor_writes_publishes_corrects_and_withdraws(site: Site, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 1000})
    sign_in(site, context)
    page = context.new_page()
    page.goto(f"{site.base}/admin/snippets/goodpractices/goodpractice/add/")
    texts = {"summary": 80, "issue_and_goals": 120, "how_it_works": 80, "results": 131, "evaluation": 50}
    texts |= {"who_benefits": 20, "funding": 30}
    page.fill("input[name=title]", "Written in a browser")
    page.fill("input[name=start_date]", "2019-03-01")
    for name, count in texts.items():
        page.fill(f"textarea[name={name}]", words(count))
    page.fill("input[name=organisation]", "City of Tests")
    page.locator("input[name=topics]").first.check(force=True)
    page.locator("input[name=target_groups]").first.check(force=True)
    country = page.locator("[name=countries]").first
    if country.evaluate("node => node.tagName") == "SELECT":
        country.select_option(index=1)
    else:
        country.check(force=True)

    def publish() -> None:
        page.locator("[data-controller~='w-dropdown'] [data-w-dropdown-target='toggle']").last.click()
        page.locator("button[name=action-publish]").click()
        page.wait_for_load_state()

    publish()
    shown = page.locator("body").inner_text()
    assert "Results: 131 words, at most 100." in shown
    assert page.input_value("textarea[name=results]") == words(131)
    page.fill("textarea[name=results]", words(90))
    # The office saves by itself what is typed, as a draft with an address of its own.
    page.wait_for_url("**/edit/**")
    page.wait_for_timeout(1500)
    publish()
    found = site.manage(
        "shell", "--verbosity", "0", "-c",
        "from goodpractices.models import GoodPractice as P; p = P.objects.get(title='Written in a browser');"
        "print(p.pk, p.live, p.get_path())",
    ).split()  # fmt: skip
    assert found[1] == "True", page.locator("body").inner_text()[:2000]
    visitor = browser.new_page()
    public = f"{site.base}/en{found[2]}"
    assert visitor.goto(public).status == 200
    page.goto(f"{site.base}/admin/snippets/goodpractices/goodpractice/unpublish/{found[0]}/")
    page.locator("main button[type=submit], main input[type=submit], form button[type=submit]").last.click()
    page.wait_for_load_state()
    assert visitor.goto(public).status in {404, 410}
    visitor.close()
    context.close()


PHOTO = """
import io
from django.core.files.base import ContentFile
from PIL import Image
from core.models import PortalImage
from goodpractices.models import GoodPractice
target = io.BytesIO()
Image.new("RGB", (1400, 900), "teal").save(target, "PNG")
photo = PortalImage.objects.create(
    title="The office", description="Two people at a desk", file=ContentFile(target.getvalue(), "photo.png")
)
photo.get_rendition("fill-720x480|format-webp")
GoodPractice.objects.filter(pk=70).update(photo=photo, photo_credit="Municipal library")
"""


@pytest.mark.parametrize(("width", "height"), [(1366, 900), (360, 740)])
def test_a_photo_and_its_credit_are_seen_on_every_screen(site: Site, browser: Any, width: int, height: int) -> None:
    site.manage("shell", "-v", "0", "-c", PHOTO)
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{site.base}/en/good-practices/70-x/")
    photo = page.get_by_alt_text("Two people at a desk")
    box, credit = photo.bounding_box(), page.get_by_text("Photo: Municipal library").bounding_box()
    header = page.locator(".practice__header").bounding_box()
    assert box["width"] >= 300
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    for part in (box, credit):
        assert part["y"] >= header["y"]
        assert part["y"] + part["height"] <= header["y"] + header["height"] + 1
    page.close()
