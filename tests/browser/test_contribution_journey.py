"""From no account to the public page, in French: without scripts on a wide screen, by keyboard on a phone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from portal.demo.practices import read
from tests.browser.conftest import EDITOR, Site, sign_in
from tests.browser.signing_up import sign_up
from tests.browser.test_quality import AXE, RULES
from tests.conftest import missing

# In one group with contributing: they share a portal.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser-contribute")]

WIDE, PHONE = {"width": 1366, "height": 900}, {"width": 360, "height": 740}
COORDINATOR = "journey-coordinator@tests.example"
MAKE_COORDINATOR = f"""
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from accounts.models import User
from taxonomy.models import Country
user, new = User.objects.get_or_create(email={COORDINATOR!r}, defaults=dict(first_name="Ewa", last_name="Lis"))
user.interface_language = "fr"
user.save()
user.groups.set(Group.objects.filter(name="country-coordinator"))
user.countries.set(Country.objects.filter(code="PL"))
if new:
    TOTP.activate(user, generate_totp_secret())
"""
LEAVE = f"""
from accounts.models import User
User.objects.get(email={COORDINATOR!r}).countries.clear()
"""
MAILS = """
from core.mail.models import OutboxMail
for mail in OutboxMail.objects.filter(recipient_id__isnull=False, subject__contains={title!r}).order_by("pk"):
    print("mail:" + mail.to + "|" + mail.language + "|" + mail.kind)
"""
STEPS = ("basics", "place", "story", "benefit", "resources", "contact")


@pytest.fixture
def people(site: Site) -> Iterator[Site]:
    """The portal, with a coordinator whose language is French."""
    if not AXE.exists():
        missing("axe-core (npm ci in front/)")
    site.manage("shell", "--verbosity", "0", "-c", MAKE_COORDINATOR)
    yield site
    # Other tests of this portal count on a country without a coordinator.
    site.manage("shell", "--verbosity", "0", "-c", LEAVE)


@pytest.fixture
def window(people: Site, browser: Any) -> Iterator[Any]:
    """Open a window of a signed-in person, or of nobody yet; no script may fail and no policy be broken in it."""
    opened: list[Any] = []
    said: list[str] = []

    def open_for(email: str | None, size: dict[str, int], *, scripts: bool) -> Any:
        context = browser.new_context(viewport=size, java_script_enabled=scripts, locale="fr-FR")
        opened.append(context)
        if email:
            sign_in(people, context, email)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if "Policy" in message.text else None)
        return page

    yield open_for
    for context in opened:
        context.close()
    assert said == []


def fill(page: Any, data: dict[str, Any]) -> None:
    """Fill in whatever of ``data`` the page asks for, opening what is folded away."""
    for name, value in data.items():
        if page.locator(f"main [name='{name}']").count() == 0:
            continue
        first = page.locator(f"main [name='{name}']").first
        kind = first.get_attribute("type") or ""
        if kind in {"checkbox", "radio"}:
            for one in value if isinstance(value, list) else [value]:
                box = page.locator(f"main [name='{name}'][value='{one}']")
                folded = page.locator(f"main details:not([open]):has([name='{name}'][value='{one}']) > summary")
                if folded.count():
                    folded.first.click()
                box.check()
        elif first.evaluate("element => element.tagName") == "SELECT":
            first.select_option(value)
        elif kind != "hidden":
            first.fill(value)


def press(page: Any, selector: str, *, keyboard: bool) -> None:
    """Press a button: by mouse, or by going there with Tab, seeing where one is, and Enter."""
    if not keyboard:
        with page.expect_navigation():
            page.locator(selector).first.click()
        return
    matches = "selector => document.activeElement.matches(selector)"
    for _step in range(250):
        page.keyboard.press("Tab")
        if page.evaluate(matches, selector):
            break
    else:
        pytest.fail(f"{selector} is not reached by Tab")
    shown = page.evaluate(
        "() => { const style = getComputedStyle(document.activeElement);"
        " return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; }"
    )
    assert shown, f"{selector}: the focus is not seen"
    with page.expect_navigation():
        page.keyboard.press("Enter")


def looked_at(page: Any, *, scripts: bool) -> None:
    """Nothing runs over the edge; axe, which needs scripts, finds nothing."""
    if not scripts:
        return
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in found["violations"]] == []


def decide(page: Any, address: str, action: str, *, message: str = "", met: bool = True) -> None:
    page.goto(address)
    for number, radio in enumerate(page.locator("input[type=radio][value=met]").all()):
        if met or number:
            radio.check()
    if not met:
        page.locator("input[type=radio][value=not-met]").first.check()
        page.locator("textarea[name^=note-]").first.fill("Kto prowadzi pracownię?")
    if message:
        page.locator("textarea[name=reason]").fill(message)
    page.locator(f"button[name=action][value={action}]").click()
    page.wait_for_load_state()


def join(page: Any, site: Site, address: str, *, scripts: bool) -> None:
    """Make an account whose name may stand on what it contributes."""
    sign_up(page, site, address, scripts=scripts)
    page.goto(f"{site.base}/fr/my/profile/")
    looked_at(page, scripts=scripts)
    page.check("[name=credit_by_name]")
    press(page, "main form.contact__form button[type=submit]", keyboard=scripts)


@pytest.mark.parametrize(("scripts", "size"), [(False, WIDE), (True, PHONE)], ids=["no-scripts-wide", "keyboard-phone"])
def test_from_an_empty_form_to_the_public_page(people: Site, window: Any, scripts: bool, size: dict[str, int]) -> None:
    title = f"Pracownia krawiecka sąsiadek {'z klawiatury' if scripts else 'bez skryptów'}"
    data = {**read("contributions")[0]["data"], "title": title}
    address = f"journey-{'keyboard' if scripts else 'no-scripts'}@tests.example"
    writer = window(None, size, scripts=scripts)
    join(writer, people, address, scripts=scripts)
    writer.goto(f"{people.base}/fr/contribute/good-practice/")
    looked_at(writer, scripts=scripts)
    press(writer, "main form button[type=submit]", keyboard=scripts)
    draft = str(writer.url).partition("basics/")[0]
    for step in STEPS:
        assert f"/{step}/" in writer.url
        fill(writer, data)
        press(writer, ".contribute__go button[value=next]", keyboard=scripts)
    assert writer.url.endswith("/check/")
    looked_at(writer, scripts=scripts)
    writer.locator("input[name=consent]").check()
    press(writer, "form[action$='/submit/'] button[type=submit]", keyboard=scripts)
    assert re.search(r"/fr/my/contributions/(\d+)/$", writer.url)
    looked_at(writer, scripts=scripts)
    mine = str(writer.url)
    desk = f"{people.base}/admin/contributions/{mine.rstrip('/').rpartition('/')[2]}/"

    coordinator = window(COORDINATOR, WIDE, scripts=True)
    decide(coordinator, desk, "changes", message="Proszę napisać, kto prowadzi pracownię.", met=False)
    writer.goto(mine)
    assert "Proszę napisać" in writer.content()
    assert "Modifications demandées" in writer.content()
    writer.goto(f"{draft}resources/")
    writer.locator("[name=organisation]").fill("Stowarzyszenie Wspólna Nić, Radom")
    press(writer, ".contribute__go button[value=next]", keyboard=scripts)
    writer.goto(f"{draft}check/")
    writer.locator("input[name=consent]").check()
    press(writer, "form[action$='/submit/'] button[type=submit]", keyboard=scripts)
    assert writer.url == mine

    decide(coordinator, desk, "approve")
    editor = window(EDITOR[0], WIDE, scripts=True)
    decide(editor, desk, "approve")
    writer.goto(mine)
    writer.get_by_role("link", name="La lire sur le portail").click()
    writer.wait_for_load_state()
    assert "/fr/good-practices/" in writer.url
    assert title in writer.content()
    assert "Zofia Nowak" in writer.content()
    looked_at(writer, scripts=scripts)

    told = people.manage("shell", "--verbosity", "0", "-c", MAILS.format(title=title)).splitlines()
    rows = [line.removeprefix("mail:").split("|") for line in told if line.startswith("mail:")]
    kinds = [kind.removeprefix("contribution-") for to, _language, kind in rows if to == address]
    assert kinds == [
        "received", "taken-up", "changes-requested", "received-again", "stage-passed", "taken-up", "published",
    ] or [kind for kind in kinds if kind != "taken-up"] == [
        "received", "changes-requested", "received-again", "stage-passed", "published",
    ]  # fmt: skip
    assert {language for to, language, _kind in rows if to in {address, COORDINATOR}} == {"fr"}
