"""Accounts in a browser: signing up with and without scripts, passkeys, and the pages as everybody can use them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import EDITOR, Site, sign_in
from tests.browser.signing_up import PASSWORD, send, sign_up
from tests.browser.test_quality import AXE, RULES
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

ACCOUNT = """
from allauth.account.models import EmailAddress
from accounts.models import User
made = User.objects.create_user({email!r}, {password!r}, first_name="Ada", last_name="Lovelace")
EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
"""
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def said() -> list[str]:
    """What browsers complained about."""
    return []


def listen(page: Any, said: list[str]) -> Any:
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return page


def test_somebody_signs_up_on_a_phone(site: Site, browser: Any, said: list[str]) -> None:
    context = browser.new_context(viewport=PHONE)
    page = listen(context.new_page(), said)
    sign_up(page, site, "zofia@example.org", scripts=True)
    page.goto(f"{site.base}/fr/themes/")
    assert page.locator(".who__name").get_attribute("href") == "/fr/my/"
    page.locator(".who__out").click()
    page.wait_for_url("**/fr/")
    assert {cookie["name"] for cookie in context.cookies()} <= {"csrftoken"}
    assert said == []
    context.close()


def test_the_puzzle_is_solved_before_the_form_is_sent(site: Site, browser: Any, said: list[str]) -> None:
    page = listen(browser.new_page(), said)
    page.goto(f"{site.base}/en/accounts/signup/")
    page.wait_for_function("document.querySelector('[name=solution]').value.length > 50", timeout=15_000)
    assert said == []
    page.close()


def test_somebody_signs_up_without_scripts(site: Site, browser: Any) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    sign_up(page, site, "jan@example.org", scripts=False)
    page.goto(f"{site.base}/en/themes/")
    assert page.locator(".who__out").is_visible()
    context.close()


@pytest.fixture
def key_holder(browser: Any) -> Iterator[Any]:
    """A window with a security key that says yes to everything."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()


def test_a_passkey_is_added_and_signs_in(site: Site, key_holder: Any, said: list[str]) -> None:
    email = "passkey@example.org"
    site.manage("shell", "-v", "0", "-c", ACCOUNT.format(email=email, password=PASSWORD))
    # Passkeys belong to names, not to numbers.
    base = site.base.replace("127.0.0.1", "localhost")
    page = listen(key_holder, said)
    page.goto(f"{base}/en/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    send(page)
    page.goto(f"{base}/en/accounts/2fa/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    send(page)
    page.check("[name=passwordless]")
    send(page)
    page.wait_for_url("**/recovery-codes/")
    assert page.locator(".account__codes li").count() == 10
    page.locator(".who__out").click()
    page.wait_for_url("**/en/")
    page.goto(f"{base}/en/accounts/login/")
    page.locator("[data-passkey=sign-in] button").click()
    page.wait_for_url("**/en/my/")
    page.goto(f"{base}/en/accounts/2fa/")
    assert "1 passkey" in page.locator("main").inner_text()
    # With a password the passkey is the second step.
    page.locator(".who__out").click()
    page.wait_for_url("**/en/")
    page.goto(f"{base}/en/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    send(page)
    page.locator("[data-passkey=use] button").click()
    page.wait_for_url("**/en/my/")
    assert [text for text in said if "404" not in text] == []


OWN_PAGES = (
    "2fa/",
    "2fa/webauthn/",
    "sessions/",
    "email/",
    "password/change/",
    "logout/",
    "3rdparty/",
    "reauthenticate/",
)


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_on_the_pages_of_ones_account(site: Site, browser: Any, width: int) -> None:
    if not AXE.exists():
        missing("axe-core (npm ci in front/)")
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    sign_in(site, context, EDITOR[0])
    page = context.new_page()
    for path in OWN_PAGES:
        response = page.goto(f"{site.base}/en/accounts/{path}")
        assert response.status == 200, path
        check_with_axe(page, path)
    context.close()


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_on_a_form_with_problems(site: Site, browser: Any, width: int) -> None:
    if not AXE.exists():
        missing("axe-core (npm ci in front/)")
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{site.base}/de/accounts/signup/")
    send(page)
    assert page.locator("[role=alert] a").count() >= 4
    check_with_axe(page, "problems")
    page.locator("[role=alert] a").first.click()
    assert page.evaluate("document.activeElement.name") == "first_name"
    context.close()


def check_with_axe(page: Any, name: str) -> None:
    page.evaluate(AXE.read_text())
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    found = [(rule["id"], [node["html"][:150] for node in rule["nodes"]][:3]) for rule in result["violations"]]
    assert found == [], name
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
