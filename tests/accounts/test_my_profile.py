"""The personal area: for signed-in people only, and what is public is chosen."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Revision

from accounts.models import User
from accounts.my.services import update_profile
from accounts.permissions import Role
from core.models import AuditEntry
from goodpractices.models import GoodPractice
from tests.factories import CountryFactory, person, practice

pytestmark = pytest.mark.django_db

PROFILE = "/en/my/profile/"


def answers(**values: Any) -> dict[str, Any]:
    return {
        "first_name": "Zoë",
        "last_name": "Nowak",
        "interface_language": "fr",
        "organisation": "City of Ghent",
        "languages": ["nl", "fr"],
        "about": "I run a welcome desk.",
        **values,
    }


@pytest.mark.parametrize("address", ["/en/my/", PROFILE])
def test_the_anonymous_are_asked_to_sign_in_and_come_back(address: str, client: Client) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/en/accounts/login/?next={address}"


def test_a_profile_is_kept_and_nothing_is_public_by_itself(client: Client) -> None:
    user = person(Role.CONTRIBUTOR)
    country = CountryFactory(code="BE")
    client.force_login(user)
    response = client.post(PROFILE, answers(country=country.pk))
    assert response.headers["Location"] == PROFILE
    kept = User.objects.get(pk=user.pk)
    assert (kept.get_full_name(), kept.country, kept.languages) == ("Zoë Nowak", country, ["nl", "fr"])
    assert not any((kept.credit_by_name, kept.public_page, kept.show_organisation, kept.show_country, kept.show_about))
    entry = AuditEntry.objects.get(action="accounts.profile")
    assert entry.after == {"interface_language": "fr"}
    client.post(PROFILE, answers(public_page="on", show_country="on"))
    kept = User.objects.get(pk=user.pk)
    assert (kept.public_page, kept.show_country, kept.show_organisation) == (True, True, False)


@pytest.mark.parametrize(
    ("field", "value"), [("first_name", ""), ("interface_language", "xx"), ("about", "x" * 601), ("languages", ["tlh"])]
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(field: str, value: Any, client: Client) -> None:
    user = person(Role.CONTRIBUTOR)
    client.force_login(user)
    response = client.post(PROFILE, answers(**{field: value}))
    page = response.content.decode()
    assert response.status_code == 400
    assert 'role="alert"' in page
    assert "City of Ghent" in page
    assert User.objects.get(pk=user.pk).organisation == ""


def test_nothing_of_it_is_kept_by_a_cache(client: Client) -> None:
    client.force_login(person(Role.CONTRIBUTOR))
    assert client.get("/en/my/").headers["Cache-Control"] == "private, no-store"


def test_a_name_is_shown_as_text(client: Client) -> None:
    client.force_login(person(Role.CONTRIBUTOR, first_name="<script>alert(1)</script>"))
    assert "<script>alert" not in client.get("/en/my/").content.decode()


def credited(user: User, credit: str) -> GoodPractice:
    made = practice(contributor=user, contributor_credit=credit)
    made.save_revision(user=user)
    return made


def test_who_is_not_named_any_more_is_not_named_anywhere() -> None:
    user = person(Role.CONTRIBUTOR, first_name="Zoë", last_name="Nowak", credit_by_name=True)
    named, worded = credited(user, "Zoë Nowak"), credited(user, "Zoë Nowak, City of Ghent")
    other = credited(person(Role.CONTRIBUTOR), "Zoë Nowak")
    update_profile(user=user, values={"credit_by_name": False})
    found = {item.pk: item.contributor_credit for item in GoodPractice.objects.all()}
    assert found == {named.pk: "", worded.pk: "Zoë Nowak, City of Ghent", other.pk: "Zoë Nowak"}
    assert {version.content["contributor_credit"] for version in Revision.objects.for_instance(named)} == {""}
    assert GoodPractice.objects.get(pk=named.pk).search_version > named.search_version


def test_a_new_name_stands_where_the_former_did_and_nowhere_else() -> None:
    user = person(Role.CONTRIBUTOR, first_name="Zoë", last_name="Nowak", credit_by_name=True)
    named, unnamed = credited(user, "Zoë Nowak"), credited(user, "")
    update_profile(user=user, values={"last_name": "Peeters"})
    assert GoodPractice.objects.get(pk=named.pk).contributor_credit == "Zoë Peeters"
    assert GoodPractice.objects.get(pk=unnamed.pk).contributor_credit == ""


def test_whoever_works_in_the_office_finds_it_from_their_area(client: Client) -> None:
    client.force_login(person(Role.CONTRIBUTOR))
    assert "Editorial office" not in client.get("/en/my/").content.decode()
    client.force_login(person(Role.EDITOR))
    assert '<a href="/admin/">Editorial office</a>' in client.get("/en/my/").content.decode()


def test_the_ways_of_signing_in_are_found_from_the_area(client: Client) -> None:
    client.force_login(person(Role.CONTRIBUTOR))
    page = client.get("/en/my/").content.decode()
    for address in ("email/", "password/change/", "2fa/", "sessions/"):
        assert f'href="/en/accounts/{address}"' in page


@pytest.mark.parametrize("address", [PROFILE, "/en/accounts/signup/"])
def test_countries_are_offered_in_the_alphabet_of_readers(address: str, client: Client) -> None:
    for code, name in (("CY", "Zypern"), ("AT", "Österreich"), ("PL", "Polen"), ("NL", "Niederlande")):
        CountryFactory(code=code, name_de=name)
    if address == PROFILE:
        client.force_login(person(Role.CONTRIBUTOR))
    page = client.get(address.replace("/en/", "/de/")).content.decode()
    places = [
        page.index(f">{name}</option>") for name in ("Nichts davon", "Niederlande", "Österreich", "Polen", "Zypern")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("came_from", "goes_on"),
    [
        ("http://testserver/en/my/data/?x=1", "/en/my/data/"),
        ("https://elsewhere.example/en/my/data/", "/en/my/"),
        ("http://testserver//elsewhere.example/", "/en/my/"),
        ("", "/en/my/"),
    ],
)
def test_who_was_signed_out_goes_on_at_a_page_that_can_be_opened(came_from: str, goes_on: str, client: Client) -> None:
    response = client.post("/en/my/data/ask/", headers={"referer": came_from})
    assert response.headers["Location"] == f"/en/accounts/login/?next={goes_on}"
    client.force_login(person(Role.CONTRIBUTOR))
    assert client.get(goes_on).status_code == 200
