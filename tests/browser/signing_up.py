"""Making an account in a browser, as newcomers do: the form, the puzzle or the slow way past it, the code by mail."""

import re
from typing import Any

from tests.browser.conftest import Site

PASSWORD = "seven rivers, one slow boat"
# Without scripts nobody solves the puzzle: a form that was open for eight seconds is taken instead.
SLOW_ENOUGH = 8_500
LAST_MAIL = """
from core.mail.models import OutboxMail
print("mail:" + OutboxMail.objects.filter(to={email!r}).latest("pk").text)
"""


def code_for(site: Site, email: str) -> str:
    """Return the code in the last e-mail to ``email``."""
    printed = site.manage("shell", "-v", "0", "-c", LAST_MAIL.format(email=email))
    found = re.search(r"^ {4}([A-Z0-9-]{4,12})$", printed, re.MULTILINE)
    assert found
    return found[1]


def send(page: Any) -> None:
    """Send the form of a page of one's account."""
    page.locator("form.contact__form button[type=submit]").first.click()
    page.wait_for_load_state()


def fill_in(page: Any, site: Site, email: str) -> None:
    """Open the French form for a new account and fill in what it asks for."""
    page.goto(f"{site.base}/fr/accounts/signup/")
    page.fill("[name=first_name]", "Zofia")
    page.fill("[name=last_name]", "Nowak")
    page.fill("[name=email]", email)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.check("[name=languages][value=pl]")


def sign_up(page: Any, site: Site, email: str, *, scripts: bool) -> None:
    """Make an account and confirm its address; without ``scripts`` the form is sent once too fast, and says so."""
    fill_in(page, site, email)
    send(page)
    if not scripts:
        assert page.locator("[role=alert]").inner_text()
        page.wait_for_timeout(SLOW_ENOUGH)
        page.fill("[name=password1]", PASSWORD)
        page.fill("[name=password2]", PASSWORD)
        send(page)
    page.wait_for_url("**/fr/accounts/confirm-email/")
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.fill("[name=code]", code_for(site, email))
    send(page)
