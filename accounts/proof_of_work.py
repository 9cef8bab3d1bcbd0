"""Signing up by robots is made expensive, with nobody else's help.

The page's script solves a small puzzle (ALTCHA: find the number whose hash was asked for). Without scripts there is no
solution to send: then the form must have been open for some seconds, and few may come from one address and in all.
"""

import base64
import json
from typing import Any, Final

import altcha
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django_altcha import get_altcha_challenge, get_hmac_key

#: How many numbers may have to be tried: a phone needs a second or so.
EFFORT: Final = 60_000
#: How long a puzzle may be used; somebody may think about a password for a while.
LIFETIME_SECONDS: Final = 3600
#: Nobody fills the form in faster.
LEAST_SECONDS: Final = 8
_SALT: Final = "accounts.proof-of-work"


def challenge() -> dict[str, Any]:
    """Return a new puzzle as the page's script reads it."""
    made = get_altcha_challenge(max_number=EFFORT, expires=LIFETIME_SECONDS * 1000)
    return dict(vars(made))


def is_solved(payload: str) -> bool:
    """Say whether ``payload`` (base64) solves a puzzle of ours that is not over and has not been used."""
    try:
        solved, _error = altcha.verify_solution(payload, get_hmac_key(), check_expires=True)
        number = json.loads(base64.b64decode(payload))["challenge"]
    except Exception:  # noqa: BLE001 - whatever a robot sends, it is no solution
        return False
    # Nobody else can use it at the same moment: only the first to add it is told so.
    return bool(solved) and cache.add(f"{_SALT}:{number}", 1, timeout=LIFETIME_SECONDS)


def opened_stamp() -> str:
    """Return a signed mark of when a form was opened."""
    return signing.TimestampSigner(salt=_SALT).sign("opened")


def was_open_long_enough(stamp: str) -> bool:
    """Say whether the form with that ``stamp`` was open as long as a person needs, and not for days."""
    signer = signing.TimestampSigner(salt=_SALT)
    try:
        signer.unsign(stamp, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return False
    try:
        signer.unsign(stamp, max_age=LEAST_SECONDS)
    except signing.SignatureExpired:
        return True
    return False
