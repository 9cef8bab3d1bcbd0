"""A contributor's browser for tests: sends the forms of a page as they stand in it."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from contributions.models import Contribution

_HIDDEN = re.compile(r'<input type="hidden" name="(form_token|version|base|token)" value="([^"]*)"')


def signed_in(user: User) -> Client:
    """A browser in which ``user`` is signed in."""
    client = Client()
    client.force_login(user)
    return client


def address(draft: Contribution, name: str = "resume", *more: Any) -> str:
    """The address of one of the pages of ``draft``."""
    return reverse(f"contributions:{name}", args=[draft.type, draft.pk, *more])


def carried(page: str) -> dict[str, str]:
    """What the form of ``page`` carries along unseen."""
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(page)}


def opened(client: Client, draft: Contribution, step: str) -> dict[str, str]:
    """Open a step, and return what its form carries along."""
    answer = client.get(address(draft, "step", step))
    assert answer.status_code == 200
    return carried(answer.content.decode())


def posted(client: Client, draft: Contribution, step: str, values: dict[str, Any], go: str = "stay") -> Any:
    """Open a step, type ``values`` into it, and send it."""
    return client.post(address(draft, "step", step), {**opened(client, draft, step), **values, "go": go})
