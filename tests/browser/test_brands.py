"""The portal under the marks of the Union and of the Commission, for which its colours and its header change."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, free_port, serve
from tests.browser.pages import STATUS, address
from tests.browser.test_quality import AXE, RULES
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PAGES = ("home", "list", "full practice", "comparison of three", "search", "sign up", "contribute", "not found")


@pytest.fixture(scope="module", params=["eu", "ec"])
def branded(request: Any, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Site]]:
    """Serve the demo content of the neutral portal once more under a mark, with a cache of its own."""
    port = free_port()
    folder: Path = tmp_path_factory.mktemp(f"brand-{request.param}")
    environment = {
        **site.environment,
        "SITE_BRAND": request.param,
        "BRAND_AUTHORISATION": "Letter of the tests, 1 May 2026",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "CACHE_URL": f"file://{folder}/cache",
    }
    with serve(Site(f"http://127.0.0.1:{port}", environment)) as served:
        yield request.param, served


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_under_a_mark(branded: tuple[str, Site], browser: Any, width: int) -> None:
    if not AXE.exists():
        missing("axe-core (npm ci in front/)")
    brand, served = branded
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    for name in PAGES:
        response = page.goto(address(served, name, "en"))
        assert response.status == STATUS.get(name, 200), name
        assert page.locator(f"link[href*='portal/brand-{brand}']").count() == 1
        page.evaluate(AXE.read_text())
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"][:150]) for rule in found] == [], name
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
    context.close()
