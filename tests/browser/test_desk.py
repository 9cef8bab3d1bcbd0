"""The review desk in a browser: by keyboard, on a phone, with and without scripts, axe on every page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import EDITOR, Site, sign_in
from tests.browser.test_quality import AXE, RULES
from tests.conftest import missing

# In one group with contributing: the two share a portal.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser-contribute")]

WIDE, PHONE = {"width": 1366, "height": 900}, {"width": 360, "height": 740}
#: Contributions that wait for the editors, as a contributor would have sent them in.
SEND_IN = """
from django.contrib.auth.models import Group
from accounts.models import User
from contributions.models import Contribution
from contributions.registry import get_type
from contributions.services import drafts, submitting
from portal.demo.practices import read
writer, new = User.objects.get_or_create(email="desk-writer@tests.example", defaults={"first_name": "Grace"})
writer.groups.add(Group.objects.get(name="contributor"))
data = read("contributions")[0]["data"]
keys = []
for number in range(3):
    kind = get_type("good-practice")
    begun = drafts.start(user=writer, kind=kind, token=f"desk-{Contribution.objects.count()}")
    raw = data | {"title": f"Practice number {number} at the desk"}
    saved = drafts.save(user=writer, key=begun.pk, raw=raw, version=begun.version)
    submitting.submit(user=writer, key=begun.pk, version=saved.version, consent=True)
    keys.append(str(begun.pk))
print("keys:" + ",".join(keys))
"""


@pytest.fixture
def waiting(site: Site) -> list[str]:
    """The addresses of three contributions that wait for the editors."""
    printed = site.manage("shell", "--verbosity", "0", "-c", SEND_IN)
    keys = printed.partition("keys:")[2].strip().split(",")
    return [f"{site.base}/admin/contributions/{key}/" for key in keys]


@pytest.fixture
def office(site: Site, browser: Any) -> Iterator[Any]:
    """Open windows in which the editor is signed in; no script may fail and no policy be broken in them."""
    opened: list[Any] = []
    said: list[str] = []

    def window(size: dict[str, int] | None = None, **options: Any) -> Any:
        context = browser.new_context(viewport=size or WIDE, **options)
        opened.append(context)
        sign_in(site, context, EDITOR[0])
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if "Policy" in message.text else None)
        return page

    yield window
    for context in opened:
        context.close()
    assert said == []


def answer_all(page: Any) -> None:
    for radio in page.locator("input[type=radio][value=met]").all():
        radio.check()


def test_keys_lead_through_the_queue_and_never_while_typing(waiting: list[str], office: Any) -> None:
    page = office()
    page.goto(waiting[1])
    page.keyboard.press("j")
    page.wait_for_url(waiting[2])
    page.keyboard.press("k")
    page.wait_for_url(waiting[1])
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.id") == "checklist"
    page.fill("#id_reason", "")
    page.locator("#id_reason").press_sequentially("jk")
    assert page.input_value("#id_reason") == "jk"
    assert page.url == waiting[1]
    # Whoever speaks to the computer switches the keys off, and they stay off.
    page.locator("[data-desk-keys-switch]").uncheck()
    page.reload()
    page.locator("body").press("j")
    page.wait_for_timeout(300)
    assert page.url == waiting[1]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_review_from_the_first_look_to_the_next_one(waiting: list[str], office: Any, scripts: bool) -> None:
    page = office(java_script_enabled=scripts)
    page.goto(waiting[0])
    page.get_by_role("button", name="Take up").click()
    page.fill("#id_reason", "What I had begun to write")
    page.get_by_role("button", name="Approve and publish").click()
    problems = page.locator("#problems")
    assert "not answered yet" in problems.inner_text()
    if scripts:
        assert page.evaluate("document.activeElement.id") == "problems"
    assert page.input_value("#id_reason") == "What I had begun to write"
    problems.locator("a").first.click()
    assert re.search(r"#criterion-", page.url)
    answer_all(page)
    page.get_by_role("button", name="Save the answers").click()
    assert page.input_value("#id_reason") == "What I had begun to write"
    page.get_by_role("button", name="Approve and publish").click()
    page.get_by_text("Published. The contributor is thanked").first.wait_for(state="attached")
    page.get_by_role("link", name=re.compile("Next in my queue")).last.click()
    assert page.url != waiting[0]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_at_the_desk(site: Site, waiting: list[str], office: Any, size: dict[str, int]) -> None:
    if not AXE.exists():
        missing("axe-core (npm ci in front/)")
    page = office(size, bypass_csp=True)
    lists = [f"{site.base}/admin/contributions/{name}" for name in ("", "open/", "decided/")]
    for path in [*lists, waiting[0], f"{waiting[1]}!"]:
        page.goto(path.rstrip("!"))
        if path.endswith("!"):
            # Once with all that stands against it.
            page.locator("button[value=approve]").click()
        page.evaluate(AXE.read_text())
        result = page.evaluate("rules => axe.run(document.querySelector('main'), {runOnly: rules})", RULES)
        found = [(rule["id"], [node["html"][:150] for node in rule["nodes"]][:3]) for rule in result["violations"]]
        assert (path, found) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
