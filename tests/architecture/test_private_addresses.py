"""Nobody's e-mail address is on any page that others read: the public site, one's own pages, a coordinator's office."""

from typing import Any, Final

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.permissions import Role
from tests.architecture.office_scene import Scene
from tests.architecture.test_office_addresses import asking, key, office, text_of
from tests.architecture.test_personal_permissions import POSTED, addresses, owner
from tests.architecture.test_site_addresses import factor, paths
from tests.factories import person
from tests.goodpractices.builders import published

pytestmark = pytest.mark.django_db

__all__ = ["addresses", "factor", "owner"]
READERS: Final = (None, Role.CONTRIBUTOR, Role.MODERATOR, Role.COUNTRY_COORDINATOR)


def leaks(response: Any, reader: User | None) -> list[str]:
    """The addresses of accounts in the answer, but the reader's."""
    known = User.objects.exclude(pk=reader.pk if reader else None).values_list("email", flat=True)
    text = text_of(response).casefold()
    return [email for email in known if email.casefold() in text]


@pytest.mark.parametrize("role", READERS)
def test_no_page_of_the_site_names_anybodys_address(
    role: Role | None, owner: User, addresses: dict[str, str], factor: int
) -> None:
    reader = None if role is None else person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else []))
    # Somebody without a name: what would stand in its place is the address.
    User.objects.filter(pk=owner.pk).update(first_name="", last_name="")
    places = paths(published(contributor=owner), factor) | addresses
    places |= {
        f"{name} in {language}": path.replace("/en/", f"/{language}/")
        for name, path in places.items()
        for language in ("fr", "de")
    }
    found = []
    for name, path in places.items():
        client = Client()
        if reader is not None:
            client.force_login(reader)
        if name.partition(":")[2] not in POSTED:
            found += [f"{name} ({path}): {email}" for email in leaks(client.get(path), reader)]
        cache.clear()
    assert not found, "\n".join(found)


def test_ones_own_pages_name_ones_own_address(owner: User) -> None:
    """What the tests here look for would be found."""
    client = Client()
    client.force_login(owner)
    response = client.get("/en/accounts/email/")
    assert leaks(response, None) == [owner.email]
    assert leaks(response, owner) == []


@pytest.mark.parametrize("who", ["coordinator of DE", "coordinator of PL"])
def test_no_page_of_a_coordinators_office_names_anybodys_address(who: str) -> None:
    scene = Scene()
    reader, found = scene.people[who], []
    for address in office():
        path = scene.path(address)
        for asked in (path, path + ("&" if "?" in path else "?") + "export=csv"):
            found += [f"{key(address)} ({asked}): {email}" for email in leaks(asking(reader).get(asked), reader)]
    assert not found, "\n".join(found)


def test_the_office_of_an_administrator_names_them() -> None:
    scene = Scene()
    assert scene.owner.email in leaks(asking(scene.people["administrator"]).get("/admin/users/"), None)
