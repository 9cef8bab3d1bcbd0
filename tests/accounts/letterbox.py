"""Making accounts in tests as people do: the form, the puzzle, the code from the e-mail."""

import re
from typing import Any

import altcha
from django.test import Client

from accounts import proof_of_work
from core.mail.models import OutboxMail

PASSWORD = "seven rivers, one slow boat"
SIGN_UP = "/en/accounts/signup/"
SIGN_IN = "/en/accounts/login/"
RESET = "/en/accounts/password/reset/"
CONFIRM = "/en/accounts/confirm-email/"


def letters(to: str = "") -> list[OutboxMail]:
    """The e-mails to ``to`` (to anybody when empty), the newest first."""
    rows = OutboxMail.objects.order_by("-pk")
    return list(rows.filter(to=to) if to else rows)


def code_in(letter: OutboxMail) -> str:
    """The code that stands alone on a line of ``letter``."""
    found = re.search(r"^ {4}([A-Z0-9-]{4,12})$", letter.text, re.MULTILINE)
    assert found, letter.text
    return found[1]


def solution() -> str:
    """A puzzle, solved as the page's script does."""
    puzzle = proof_of_work.challenge()
    solved = altcha.solve_challenge(puzzle["challenge"], puzzle["salt"], puzzle["algorithm"], puzzle["max_number"], 0)
    assert solved
    payload = altcha.Payload(
        puzzle["algorithm"], puzzle["challenge"], solved.number, puzzle["salt"], puzzle["signature"]
    )
    return payload.to_base64()


def answers(email: str = "ada@example.org", **others: Any) -> dict[str, Any]:
    """What somebody enters to make an account; the puzzle is solved unless ``solution`` says otherwise."""
    given = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": email,
        "password1": PASSWORD,
        "password2": PASSWORD,
        "languages": ["en", "pl"],
        "interface_language": "fr",
        **others,
    }
    if "solution" not in given:
        given["solution"] = solution()
    return given


def sign_up(client: Client, email: str = "ada@example.org", **others: Any) -> Any:
    """Make an account and enter the code; returns the last answer."""
    client.post(SIGN_UP, answers(email, **others))
    return client.post(CONFIRM, {"code": code_in(letters(email)[0])})
