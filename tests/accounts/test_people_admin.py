"""People in the editorial office: roles in words, countries of coordinators, no way to become more than one is."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from core.models import AuditEntry
from tests.factories import CountryFactory, UserFactory, person

pytestmark = pytest.mark.django_db

GERMANY = "DE"


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(person(Role.ADMINISTRATOR))
    return client


def group(role: Role) -> int:
    from django.contrib.auth.models import Group

    key: int = Group.objects.get(name=role.value).pk
    return key


@pytest.fixture
def data() -> dict[str, Any]:
    return {
        "email": "new@example.org",
        "first_name": "New",
        "last_name": "Person",
        "interface_language": "fr",
        "password1": "a-long-passphrase-1",
        "password2": "a-long-passphrase-1",
        "is_active": "on",
    }


def test_the_form_offers_roles_in_words_and_no_superusers(administrator: Client) -> None:
    page = administrator.get(reverse("wagtailusers_users:add")).content.decode()
    for words in ("Country coordinator", "Administrator", "Editor", "Moderator", "Contributor"):
        assert words in page
    assert "country-coordinator" not in page
    assert "is_superuser" not in page


def test_a_coordinator_is_made_with_their_countries_and_written_down(
    administrator: Client, data: dict[str, Any]
) -> None:
    data |= {"groups": [group(Role.COUNTRY_COORDINATOR)], "countries": [CountryFactory(code=GERMANY).pk]}
    assert administrator.post(reverse("wagtailusers_users:add"), data).status_code == 302
    made = User.objects.get(email="new@example.org")
    assert made.roles == {Role.COUNTRY_COORDINATOR}
    assert made.country_codes == {GERMANY}
    entry = AuditEntry.objects.get(action="people.add")
    assert entry.after["roles"] == ["country-coordinator"]
    assert "password" not in entry.after


def test_a_posted_superuser_flag_is_ignored(administrator: Client, data: dict[str, Any]) -> None:
    administrator.post(reverse("wagtailusers_users:add"), data | {"is_superuser": "on"})
    assert not User.objects.get(email="new@example.org").is_superuser


def test_roles_and_countries_must_fit_together(administrator: Client, data: dict[str, Any]) -> None:
    address = reverse("wagtailusers_users:add")
    without = administrator.post(address, data | {"groups": [group(Role.COUNTRY_COORDINATOR)]})
    assert "Choose the countries this coordinator looks after." in without.content.decode()
    strange = administrator.post(
        address, data | {"groups": [group(Role.EDITOR)], "countries": [CountryFactory(code=GERMANY).pk]}
    )
    assert "Only country coordinators have countries" in strange.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_change_of_role_is_written_down_with_before_and_after(administrator: Client, data: dict[str, Any]) -> None:
    someone = person(Role.EDITOR, email="new@example.org")
    changed = {key: value for key, value in data.items() if not key.startswith("password")}
    response = administrator.post(
        reverse("wagtailusers_users:edit", args=[someone.pk]),
        changed | {"groups": [group(Role.MODERATOR)], "password1": "", "password2": ""},
    )
    assert response.status_code == 302
    entry = AuditEntry.objects.get(action="people.change")
    assert (entry.before["roles"], entry.after["roles"]) == (["editor"], ["moderator"])


def test_the_list_shows_roles_and_countries_with_bounded_queries(
    administrator: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        person(Role.COUNTRY_COORDINATOR, GERMANY)
    with django_assert_max_num_queries(25):
        page = administrator.get(reverse("wagtailusers_users:index")).content.decode()
    assert "Country coordinator" in page
    assert "Country DE" in page


def test_demo_accounts_are_forbidden_in_production() -> None:
    UserFactory(email="someone@portal.example")
    with override_settings(DEBUG=False):
        found = [message.id for message in run_checks(tags=["database"], databases=["default"])]
        assert "accounts.E001" in found
        User.objects.update(is_active=False)
        assert "accounts.E001" not in [m.id for m in run_checks(tags=["database"], databases=["default"])]
    User.objects.update(is_active=True)
    with override_settings(DEBUG=True):
        assert "accounts.E001" not in [m.id for m in run_checks(tags=["database"], databases=["default"])]
