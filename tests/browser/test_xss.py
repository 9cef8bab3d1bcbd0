"""Hostile texts in every field, opened in a real browser: nothing runs, nothing is fetched, the pages stay usable."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import Site, prepare, serve, sign_in
from tests.contributions.xss_corpus import CORPUS, MARK
from tests.contributions.xss_scene import typed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser-hostile")]

WIDE, PHONE = {"width": 1366, "height": 900}, {"width": 360, "height": 740}
BUILD = "from tests.browser.hostile import build; build()"
#: The texts run the mark as a script: whoever reads that name is heard. So is whatever the policy stops.
HEAR = f"""
Object.defineProperty(window, {MARK!r}, {{get() {{ console.error('heard: it ran'); return ''; }}}});
document.addEventListener('securitypolicyviolation', event =>
    console.error('heard: policy ' + event.violatedDirective + ' ' + event.blockedURI));
"""
#: What is wider than the screen: nothing where the page does not scroll sideways, or what makes it do so.
TOO_WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
    [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > window.innerWidth)
    .map(one => one.outerHTML.slice(0, 120))"""


class Stage:
    """A portal full of hostile texts, and where everything is."""

    def __init__(self, site: Site, found: dict[str, Any]) -> None:
        self.site = site
        self.found = found


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Serve a portal in which every text is hostile."""
    site = prepare(tmp_path_factory.mktemp("hostile"))
    found = json.loads(site.manage("shell", "-v", "0", "-c", BUILD).partition("hostile:")[2])
    with serve(site):
        yield Stage(site, found)


class Window:
    """A page of which everything suspicious is written down in ``heard``."""

    def __init__(self, context: Any, site: Site) -> None:
        self.heard: list[str] = []
        self.site = site
        context.add_init_script(HEAR)
        self.page = context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.heard.append(f"error {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def _dialog(self, dialog: Any) -> None:
        self.heard.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _console(self, message: Any) -> None:
        if "heard:" in message.text or "Policy" in message.text:
            self.heard.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.site.base, "data:", "blob:", "about:")):
            self.heard.append(f"request {request.url}")

    def open(self, path: str) -> str:
        """Open a page, move through it, and return what is written on it; nothing may have been heard."""
        response = self.page.goto(self.site.base + path, wait_until="load")
        assert response.status == 200, (path, response.status)
        self.page.wait_for_timeout(100)
        assert self.heard == [], path
        assert self.page.locator("h1, main h2").filter(visible=True).count(), path
        return str(self.page.content())


@pytest.fixture
def opened(stage: Stage, browser: Any) -> Iterator[Any]:
    """Open windows, of a person who is signed in or of a visitor."""
    contexts: list[Any] = []

    def window(email: str = "", size: dict[str, int] = PHONE) -> Window:
        context = browser.new_context(viewport=size)
        contexts.append(context)
        if email:
            sign_in(stage.site, context, email)
        return Window(context, stage.site)

    yield window
    for context in contexts:
        context.close()


def look(window: Window, paths: list[str], *, narrow: bool = False) -> None:
    """Open every page: it shows hostile texts, and none is wider than the screen."""
    for path in paths:
        assert MARK in window.open(path), path
        if narrow:
            assert window.page.evaluate(TOO_WIDE) == [], path


def test_the_public_pages_only_show_it(stage: Stage, opened: Any) -> None:
    found, window = stage.found, opened()
    paths = [*found["paths"], *(f"/en/contributors/{key}/" for key in found["contributors"])]
    paths += ["/en/good-practices/", f"/en/search/?q={MARK}"]
    paths += [f"/en/good-practices/compare/?ids={','.join(found['uids'][:3])}"]
    look(window, paths, narrow=True)
    window.open("/en/statistics/")
    shown = ""
    for path in found["paths"]:
        window.open(path)
        window.page.emulate_media(media="print")
        shown += window.page.locator("body").inner_text()
        window.page.emulate_media(media="screen")
    assert window.heard == []
    bare = "".join(shown.split()).casefold()
    missing = [text for text in CORPUS if "".join(typed(text).replace("\ufeff", "").split()).casefold() not in bare]
    assert missing == []


def test_asked_and_suggested_it_is_only_shown(stage: Stage, opened: Any) -> None:
    window = opened(size=WIDE)
    window.open("/en/search/")
    box = window.page.locator("main input[name=q]").first
    box.press_sequentially(MARK, delay=30)
    window.page.wait_for_timeout(700)
    for text in CORPUS[::4]:
        box = window.page.locator("main input[name=q]").first
        box.fill(" ".join(typed(text).split()))
        window.page.wait_for_timeout(250)
        with window.page.expect_navigation():
            box.press("Enter")
        assert window.heard == [], text
        assert window.page.locator("h1").first.is_visible(), text


def test_who_contributes_only_sees_it(stage: Stage, opened: Any) -> None:
    draft = stage.found["draft"]
    window = opened(draft["owner"])
    base = f"/en/contribute/{draft['type']}/{draft['key']}"
    paths = [f"{base}/{name}/" for name in (*stage.found["steps"], "check", "preview")]
    look(window, [*paths, "/en/my/contributions/", "/en/my/profile/"], narrow=True)
    for one in (stage.found["declined"], stage.found["published"][0]):
        look(opened(one["owner"]), [f"/en/my/contributions/{one['key']}/"], narrow=True)


def test_the_office_only_shows_it(stage: Stage, opened: Any) -> None:
    found = stage.found
    window = opened(found["editor"], WIDE)
    desk, office = "/admin/contributions", "/admin/snippets/goodpractices/goodpractice"
    item = found["published"][0]["item"]
    paths = [f"{desk}/", f"{desk}/open/", f"{desk}/decided/", f"{office}/edit/{item}/", f"{office}/history/{item}/"]
    paths += [f"{desk}/{found[name]['key']}/" for name in ("review", "declined")]
    look(window, [*paths, f"{desk}/{found['published'][0]['key']}/"])
    administrator = opened(found["administrator"], WIDE)
    look(administrator, ["/admin/users/", found["audit"]])
    for path in (*found["outbox"], f"{desk}/{found['published'][0]['key']}/difference.json"):
        administrator.page.goto(stage.site.base + path)
        assert administrator.heard == [], path


def test_the_mails_only_show_it(stage: Stage, opened: Any) -> None:
    window, kinds = opened(), set()
    for kind, html in stage.found["mails"]:
        if kind not in kinds:
            kinds.add(kind)
            window.page.set_content(html)
            assert MARK in window.page.locator("body").inner_text(), kind
    window.page.wait_for_timeout(200)
    assert window.heard == []
    assert {"contribution-received", "contribution-declined", "contribution-published"} <= kinds


@pytest.mark.parametrize(
    "markup",
    [
        f"<script>{MARK}</script>",
        f"<img src=x onerror={MARK}>",
        f"<svg onload={MARK}>",
        "<script>alert(1)</script>",
        "<img src='http://evil.example/x.png'>",
        "<script>throw new Error('x')</script>",
        "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\"><p onclick=x>y</p><script>1</script>",
    ],
)
def test_what_runs_is_heard(opened: Any, markup: str) -> None:
    window = opened()
    # A page of no portal: in it the texts do what they try to do.
    address = f"{window.site.base}/control/"
    page = f"<!doctype html><h1>x</h1>{markup}"
    window.page.route("**/control/", lambda route: route.fulfill(body=page, content_type="text/html"))
    window.page.route("http://evil.example/**", lambda route: route.abort())
    window.page.goto(address)
    window.page.wait_for_timeout(300)
    assert window.heard != []
