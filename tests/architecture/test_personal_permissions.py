"""Every address of contributing and of the personal area × who asks: the anonymous, every role, and the owner."""

from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

import accounts.my.urls
import contributions.urls
from accounts.permissions import Role
from contributions.services import reviewing
from portal.demo.pages import load_pages
from taxonomy.services import load_vocabulary
from tests.contributions.builders import contributor, submitted, written
from tests.factories import person

pytestmark = pytest.mark.django_db

SECRET: Final = "A hidden plan of mine"
#: What an address needs: nothing, an account, or to be one's own; "token" needs a signed link instead of an account.
NEEDS: Final = {
    "contributions:overview": "open",
    "contributions:start": "open",
    "contributions:statistics": "open",
    "contributions:statistics-csv": "open",
    "contributions:contributor": "open",
    "contributions:confirm": "token",
    "contributions:list": "account",
    "contributions:correct": "own",
    "contributions:file": "own",
    "contributions:resume": "own",
    "contributions:step": "own",
    "contributions:check": "own",
    "contributions:preview": "own",
    "contributions:discard": "own",
    "contributions:submit": "own",
    "contributions:files": "own",
    "contributions:autosave": "own",
    "contributions:detail": "own",
    "contributions:withdraw": "own",
    "contributions:appeal": "own",
    "my:overview": "account",
    "my:profile": "account",
    "my:language": "account",
    "my:data": "account",
    "my:data-ask": "account",
    "my:data-download": "own",
    "my:erase": "account",
    "my:erase-cancel": "account",
    "my:erase-confirm": "token",
}
#: Answered to POST alone.
POSTED: Final = {"submit", "files", "autosave", "appeal", "data-ask", "erase-cancel"}
#: Not there at all for whoever is not signed in.
HIDDEN: Final = {"contributions:file"}


def names() -> set[str]:
    found = {f"contributions:{pattern.name}" for pattern in contributions.urls.urlpatterns}
    return found | {f"my:{pattern.name}" for pattern in accounts.my.urls.urlpatterns}


def test_the_table_knows_every_address() -> None:
    assert names() == set(NEEDS)


@pytest.fixture
def owner() -> Any:
    load_vocabulary()
    load_pages()
    return contributor(public_page=True, credit_by_name=True)


@pytest.fixture
def addresses(owner: Any) -> dict[str, str]:
    draft = written(owner, title=SECRET)
    sent = submitted(owner, title=SECRET)
    kept = draft.files.create(kind="attachment", file="nowhere", name="a.txt", size=1, digest="x")
    draft_keys = {"type": draft.type, "key": draft.pk}
    arguments: dict[str, dict[str, Any]] = {
        "start": {"type": draft.type},
        "contributor": {"key": owner.pk},
        "confirm": {"token": "forged"},
        "erase-confirm": {"token": "forged"},
        "correct": {"uid": sent.item.uid if sent.item else ""},
        "file": {"key": kept.pk},
        "data-download": {"key": 1},
        "step": {**draft_keys, "step": "basics"},
        "autosave": {**draft_keys, "step": "basics"},
        **{name: {"key": sent.pk} for name in ("detail", "withdraw", "appeal")},
        **dict.fromkeys(("resume", "check", "preview", "discard", "submit", "files"), draft_keys),
    }
    return {name: reverse(name, kwargs=arguments.get(name.partition(":")[2])) for name in NEEDS}


def ask(client: Client, name: str, address: str) -> Any:
    return client.post(address) if name.partition(":")[2] in POSTED else client.get(address)


def test_the_anonymous_get_what_is_open_and_are_asked_to_sign_in_for_the_rest(addresses: dict[str, str]) -> None:
    wrong = []
    for name, address in addresses.items():
        client = Client()
        response = ask(client, name, address)
        to_sign_in = response.status_code == 302 and response.headers["Location"].startswith("/en/accounts/login/")
        good = {
            "open": response.status_code == 200 and not client.cookies,
            "token": response.status_code in {400, 403, 404, 410} and not client.cookies,
        }.get(NEEDS[name], to_sign_in or (name in HIDDEN and response.status_code == 404))
        if not good or SECRET in response.content.decode():
            wrong.append(f"{name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_reaches_what_is_somebody_elses(role: Role, addresses: dict[str, str]) -> None:
    wrong = []
    for name, address in addresses.items():
        client = Client()
        client.force_login(person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else [])))
        response = ask(client, name, address)
        good = {
            "own": response.status_code in {403, 404} or "/reauthenticate/" in response.headers.get("Location", ""),
            "token": response.status_code in {400, 403, 404, 410},
        }.get(NEEDS[name], response.status_code in {200, 302})
        if not good or SECRET in response.content.decode():
            wrong.append(f"{name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_the_owner_reaches_their_own(owner: Any, addresses: dict[str, str]) -> None:
    wrong = []
    for name in ("resume", "step", "check", "preview", "discard", "detail", "withdraw"):
        client = Client()
        client.force_login(owner)
        response = client.get(addresses[f"contributions:{name}"], follow=True)
        if response.status_code != 200 or SECRET not in response.content.decode():
            wrong.append(f"{name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_notes_among_reviewers_never_reach_the_contributor(owner: Any, addresses: dict[str, str]) -> None:
    from contributions.models import Contribution

    sent = Contribution.objects.get(state="in-review")
    reviewing.add_note(user=person(Role.EDITOR), key=sent.pk, text="Between us: hurry")
    client = Client()
    client.force_login(owner)
    for name in ("contributions:detail", "contributions:list", "my:overview", "my:data"):
        assert "Between us" not in client.get(addresses[name]).content.decode()
