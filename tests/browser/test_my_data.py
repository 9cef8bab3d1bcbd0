"""The personal area in a browser: ending an account on a phone without scripts, and pages everybody can use."""

import re
from typing import Any

import pytest

from tests.browser.conftest import Site
from tests.browser.signing_up import LAST_MAIL, PASSWORD, send
from tests.browser.test_accounts import ACCOUNT, PHONE, check_with_axe
from tests.browser.test_quality import AXE
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def signed_in(site: Site, context: Any, email: str) -> Any:
    """A page of somebody who has just made an account and signed in."""
    site.manage("shell", "-v", "0", "-c", ACCOUNT.format(email=email, password=PASSWORD))
    page = context.new_page()
    page.goto(f"{site.base}/en/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    send(page)
    page.wait_for_url("**/en/my/")
    return page


def to_the_form(site: Site, page: Any) -> None:
    page.goto(f"{site.base}/en/my/data/erase/")
    page.fill("[name=password]", PASSWORD)
    send(page)
    page.wait_for_url("**/en/my/data/erase/")


def test_an_account_is_given_up_by_the_link_and_kept_after_all(site: Site, browser: Any) -> None:
    email = "leaving@example.org"
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = signed_in(site, context, email)
    to_the_form(site, page)
    page.check("[name=understood]")
    send(page)
    page.wait_for_url("**/en/my/data/")
    mail = site.manage("shell", "-v", "0", "-c", LAST_MAIL.format(email=email))
    found = re.search(r"(/en/my/data/erase/confirm/\S+/)", mail)
    assert found
    # Opened elsewhere: the mailbox is on another device.
    elsewhere = browser.new_context(viewport=PHONE)
    link = elsewhere.new_page()
    link.goto(f"{site.base}{found[1]}")
    send(link)
    assert link.locator("h1").inner_text() == "It is confirmed"
    page.goto(f"{site.base}/en/my/")
    page.get_by_role("button", name="Keep my account").click()
    page.wait_for_url("**/en/my/data/")
    assert "Your account stays." in page.locator("main").inner_text()
    for window in (elsewhere, context):
        window.close()


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_in_the_personal_area(site: Site, browser: Any, width: int) -> None:
    if not AXE.exists():
        missing("axe-core (npm ci in front/)")
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = signed_in(site, context, f"reader-{width}@example.org")
    for path in ("", "profile/", "data/"):
        assert page.goto(f"{site.base}/en/my/{path}").status == 200
        check_with_axe(page, path)
    to_the_form(site, page)
    send(page)
    assert page.locator("[role=alert] a").count() == 1
    check_with_axe(page, "problems")
    page.locator("[role=alert] a").click()
    assert page.evaluate("document.activeElement.name") == "understood"
    page.goto(f"{site.base}/en/my/data/erase/confirm/nonsense/")
    check_with_axe(page, "link")
    context.close()
