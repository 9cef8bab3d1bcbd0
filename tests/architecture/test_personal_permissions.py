"""Every address of contributing and of the personal area × who asks: the anonymous, every role, and the owner."""

import json
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import accounts.my.urls
import contributions.urls
from accounts.models import User
from accounts.permissions import Role
from accounts.privacy import exporting
from accounts.privacy.models import DataExport
from contributions.services import drafts, reviewing, submitting
from portal.demo.pages import load_pages
from taxonomy.services import load_vocabulary
from tests.accounts.test_my_data import content_of, show_password
from tests.accounts.test_sign_in import member, sign_in
from tests.contributions.builders import submitted, written
from tests.factories import person, practice

pytestmark = pytest.mark.django_db

SECRET: Final = "A hidden plan of mine"
FACTS: Final = b"Facts of mine, and figures"
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
def owner(tmp_path: Any, settings: Any) -> User:
    settings.PRIVATE_ROOT = tmp_path / "private"
    load_vocabulary()
    load_pages()
    return member(email="owner@example.org", first_name="Olga", public_page=True, credit_by_name=True)


def stored_export(owner: User) -> DataExport:
    """A download that is ready, as the worker makes it."""
    export = exporting.request_export(user=owner)
    assert exporting.put_together(export.pk)
    export.refresh_from_db()
    return export


@pytest.fixture
def addresses(owner: Any) -> dict[str, str]:
    draft = written(owner, title=SECRET)
    upload = SimpleUploadedFile("facts.txt", FACTS)
    kept = drafts.add_file(user=owner, key=draft.pk, kind="attachment", upload=upload)
    sent = submitted(owner, title=SECRET)
    public = practice("DE", title="Known to everybody", contributor=owner)
    draft_keys = {"type": draft.type, "key": draft.pk}
    arguments: dict[str, dict[str, Any]] = {
        "start": {"type": draft.type},
        "contributor": {"key": owner.pk},
        "confirm": {"token": "forged"},
        "erase-confirm": {"token": "forged"},
        "correct": {"uid": public.uid},
        "file": {"key": kept.pk},
        "data-download": {"key": stored_export(owner).pk},
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


def test_the_owner_takes_their_own_file_along(owner: Any, addresses: dict[str, str]) -> None:
    client = Client()
    client.force_login(owner)
    response = client.get(addresses["contributions:file"])
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == FACTS  # type: ignore[attr-defined]  # a file
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_owner_corrects_what_is_published(owner: Any, addresses: dict[str, str]) -> None:
    client = Client()
    client.force_login(owner)
    page = client.get(addresses["contributions:correct"])
    assert page.status_code == 200
    assert "Known to everybody" in page.content.decode()
    begun = client.post(addresses["contributions:correct"])
    assert begun.status_code == 302
    assert "Known to everybody" in client.get(begun.headers["Location"]).content.decode()


def test_the_owner_takes_their_data_along_after_the_password(owner: Any, addresses: dict[str, str]) -> None:
    client, address = Client(), addresses["my:data-download"]
    sign_in(client, email=owner.email)
    show_password(client)
    archive = content_of(client.get(address))
    assert json.loads(archive.read("data.json"))["account"]["email"] == owner.email
    assert SECRET in archive.read("data.json").decode()
    assert FACTS in [archive.read(name) for name in archive.namelist()]


@pytest.mark.parametrize("role", list(Role))
def test_nobody_takes_the_data_of_somebody_else_along(role: Role, addresses: dict[str, str]) -> None:
    client = Client()
    member(role, email="other@example.org")
    sign_in(client, email="other@example.org")
    show_password(client)
    assert client.get(addresses["my:data-download"]).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_nobody_corrects_what_is_somebody_elses(role: Role, addresses: dict[str, str]) -> None:
    client = Client()
    client.force_login(person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else [])))
    assert client.post(addresses["contributions:correct"]).status_code == 404


@pytest.mark.parametrize(
    ("role", "country", "code"),
    [
        (Role.ADMINISTRATOR, "", 200),
        (Role.EDITOR, "", 200),
        (Role.COUNTRY_COORDINATOR, "DE", 200),
        (Role.COUNTRY_COORDINATOR, "PL", 404),
        (Role.MODERATOR, "", 404),
        (Role.CONTRIBUTOR, "", 404),
    ],
)
def test_a_file_that_was_sent_in_is_for_those_who_review_it(
    role: Role, country: str, code: int, owner: User, addresses: dict[str, str]
) -> None:
    draft = written(owner)
    upload = SimpleUploadedFile("facts.txt", FACTS)
    held = drafts.add_file(user=owner, key=draft.pk, kind="attachment", upload=upload)
    address = reverse("contributions:file", args=[held.pk])
    client = Client()
    client.force_login(person(role, *([country] if country else [])))
    assert client.get(address).status_code == 404
    submitting.submit(user=owner, key=draft.pk, version=draft.version, consent=True)
    response = client.get(address)
    assert response.status_code == code
    assert code == 404 or b"".join(response.streaming_content) == FACTS  # type: ignore[attr-defined]  # a file


def test_notes_among_reviewers_never_reach_the_contributor(owner: Any, addresses: dict[str, str]) -> None:
    from contributions.models import Contribution

    sent = Contribution.objects.get(state="in-review")
    reviewing.add_note(user=person(Role.EDITOR), key=sent.pk, text="Between us: hurry")
    client = Client()
    client.force_login(owner)
    for name in ("contributions:detail", "contributions:list", "my:overview", "my:data"):
        assert "Between us" not in client.get(addresses[name]).content.decode()
