"""Every type of page in three languages: accessible, valid, light, quiet, and never wider than the screen."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT, Site
from tests.browser.pages import LANGUAGES, PAGES, STATUS, address
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

AXE = ROOT / "front" / "node_modules" / "axe-core" / "axe.min.js"
VNU = ROOT / "front" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KILOBYTE = 1024


@pytest.fixture(scope="module")
def wide(browser: Any) -> Iterator[Any]:
    """A desktop's window, in which axe may be put past the content policy."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, bypass_csp=True)
    yield context
    context.close()


@pytest.fixture(scope="module")
def narrow(browser: Any) -> Iterator[Any]:
    """A phone's window."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    yield context
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(site: Site, wide: Any, narrow: Any, name: str, language: str) -> None:
    if not AXE.exists():
        missing("axe-core (npm ci in front/)")
    for context in (wide, narrow):
        page = context.new_page()
        response = page.goto(address(site, name, language))
        assert response.status == STATUS.get(name, 200)
        page.evaluate(AXE.read_text())
        result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        found = [(rule["id"], [node["html"][:150] for node in rule["nodes"]][:3]) for rule in result["violations"]]
        assert found == []
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, "the page is wider than the window"
        page.close()


def test_every_page_is_valid_html(site: Site, tmp_path: Path) -> None:
    if not VNU.exists() or shutil.which("java") is None:
        missing("Java and vnu-jar (npm ci in front/)")
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for name in PAGES:
            target = tmp_path / f"{language}-{name.replace(' ', '-')}.html"
            target.write_text(site.fetch(address(site, name, language).removeprefix(site.base)))
            names[target.name] = f"{language} {name}"
    command = ["java", "-jar", str(VNU), "--errors-only", "--format", "json", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr or done.stdout or "{}").get("messages", [])
    found = [f"{names[Path(row['url']).name]}:{row.get('lastLine')}: {row['message']}" for row in messages]
    assert found == []


@pytest.mark.parametrize("name", ["home", "list", "full practice", "about", "search"])
def test_a_first_visit_is_light_and_quiet(site: Site, browser: Any, name: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, float] = {}
    addresses: list[str] = []
    said: list[str] = []
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.on("request", lambda request: addresses.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => {"
        "if (!entry.hadRecentInput) window.shift += entry.value}))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(address(site, name, "en"), wait_until="networkidle")
    page.wait_for_timeout(300)
    total = sum(sizes.values()) / KILOBYTE
    kilobytes, requests = (250, 25) if name == "home" else (100, 12)
    assert total <= kilobytes
    assert len(addresses) <= requests
    assert [url for url in addresses if not url.startswith(site.base)] == []
    assert said == []
    assert page.evaluate("window.shift") <= 0.02
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_320_pixels(site: Site, browser: Any, name: str, language: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(address(site, name, language))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_the_files_of_the_design_are_small(site: Site) -> None:
    folder = Path(site.environment["VAR_DIR"]) / "static" / "portal"
    sizes = {path.name.split(".")[0]: path.stat().st_size / KILOBYTE for path in folder.glob("site.*.br")}
    styles = [path for path in folder.glob("site.*.css.br") if path.name.count(".") == 3]
    scripts = [path for path in folder.glob("site.*.js.br") if path.name.count(".") == 3]
    assert sizes
    assert sum(path.stat().st_size for path in styles) / KILOBYTE <= 25
    assert sum(path.stat().st_size for path in scripts) / KILOBYTE <= 30


def test_paper_gets_the_text_and_not_the_frame(site: Site, browser: Any) -> None:
    page = browser.new_page()
    page.goto(address(site, "full practice", "en"))
    page.emulate_media(media="print")
    assert not page.locator(".site-nav").is_visible()
    assert not page.locator(".site-search").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator("#results").is_visible()
    page.close()


def test_a_ticked_box_is_seen_with_forced_colours(site: Site, browser: Any) -> None:
    page = browser.new_page(forced_colors="active")
    page.goto(address(site, "list with filters", "en"))
    box = page.locator(".ecl-checkbox__input:checked + label .ecl-checkbox__icon").first
    fill, behind = box.evaluate(
        "icon => [getComputedStyle(icon).fill, getComputedStyle(icon.parentElement).backgroundColor]"
    )
    assert box.is_visible()
    assert fill != behind
    page.close()
