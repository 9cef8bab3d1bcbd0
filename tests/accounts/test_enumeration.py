"""Nobody finds out who has an account: the same answer, by status, text and time."""

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from accounts.models import User
from tests.accounts.letterbox import PASSWORD, RESET, SIGN_IN, SIGN_UP, answers, letters
from tests.accounts.test_sign_in import member

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "ada@example.org", "bob@example.org"
ROUNDS = 5


def shown(response: Any, email: str) -> tuple[int, str, str]:
    """What a visitor can compare: status, where to, the page without what differs for everybody each time."""
    page = response.content.decode().replace(email, "ADDRESS")
    page = re.sub(r'value="[^"]{20,}"', "", page)
    return response.status_code, response.headers.get("Location", ""), page


def ask_sign_up(email: str) -> Any:
    return Client().post(SIGN_UP, answers(email), follow=True)


def ask_reset(email: str) -> Any:
    return Client().post(RESET, {"email": email}, follow=True)


def ask_sign_in(email: str) -> Any:
    return Client().post(SIGN_IN, {"login": email, "password": "not the password"}, follow=True)


ASKED: list[Callable[[str], Any]] = [ask_sign_up, ask_reset, ask_sign_in]


@pytest.mark.parametrize("ask", ASKED)
def test_the_answer_is_the_same(ask: Callable[[str], Any]) -> None:
    member(email=KNOWN)
    known, unknown = ask(KNOWN), ask(UNKNOWN)
    assert shown(known, KNOWN) == shown(unknown, UNKNOWN)
    assert known.redirect_chain == unknown.redirect_chain
    assert set(known.client.cookies) == set(unknown.client.cookies)


@pytest.mark.parametrize("ask", ASKED)
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"], ACCOUNT_RATE_LIMITS=False)
def test_the_answer_takes_about_the_same_time(ask: Callable[[str], Any]) -> None:
    """A password's hash takes a quarter of a second: an answer without one is told apart at once."""
    member(email=KNOWN)
    times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for number in range(ROUNDS):
        for email, measured in times.items():
            User.objects.filter(email__startswith="x").delete()
            cache.clear()
            asked = email if email == KNOWN else f"x{number}@example.org"
            start = time.process_time()
            ask(asked)
            measured.append(time.process_time() - start)
    known, unknown = (statistics.median(times[email]) for email in (KNOWN, UNKNOWN))
    assert 0.6 < known / unknown < 1.67, times


def test_only_the_mailbox_learns_it() -> None:
    member(email=KNOWN)
    ask_sign_up(KNOWN)
    assert letters(KNOWN)[0].kind == "accounts.account_exists"
    assert PASSWORD not in letters(KNOWN)[0].text
    ask_reset(UNKNOWN)
    assert letters(UNKNOWN)[0].kind == "accounts.no_account"


def test_a_change_of_address_does_not_tell_either(client: Client) -> None:
    member(email=KNOWN)
    made = member(email="grace@example.org")
    client.force_login(made)
    address = "/en/accounts/email/"
    taken = client.post(address, {"email": KNOWN, "action_add": "1"}, follow=True)
    cache.clear()
    client.force_login(made)
    free = client.post(address, {"email": UNKNOWN, "action_add": "1"}, follow=True)
    assert shown(taken, KNOWN)[0] == shown(free, UNKNOWN)[0]
    assert taken.redirect_chain == free.redirect_chain
