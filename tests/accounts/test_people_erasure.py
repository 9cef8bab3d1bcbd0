"""The end of an account in the office: an erasure like one's own, by an administrator; never Wagtail's deletion."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from accounts.privacy import erasing
from accounts.privacy.models import ErasureRequest, ErasureState
from core.models import AuditEntry
from tests.accounts.letterbox import letters
from tests.contributions.builders import submitted
from tests.factories import person, practice

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/users/"


@pytest.fixture
def administrator(client: Client) -> User:
    user = person(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


@pytest.fixture
def ada() -> User:
    return person(
        Role.CONTRIBUTOR, email="ada@example.org", first_name="Ada", last_name="Lovelace", credit_by_name=True
    )


def page_of(user: User) -> str:
    return reverse("wagtailusers_users:delete", args=[user.pk])


def test_the_page_says_what_happens_and_looking_changes_nothing(client: Client, administrator: User, ada: User) -> None:
    page = client.get(page_of(ada)).content.decode()
    assert "Contributions stay, credited to “a former contributor”" in page
    assert "audit log keeps that you did it" in page
    assert reverse("wagtailusers_users:edit", args=[ada.pk]) in page
    ada.refresh_from_db()
    assert ada.erased_at is None


def test_the_row_stays_empty_and_so_do_the_contributions(client: Client, administrator: User, ada: User) -> None:
    item, contribution = practice("DE", contributor=ada), submitted(ada)
    assert client.post(page_of(ada)).headers["Location"] == PEOPLE
    row = User.objects.get(pk=ada.pk)
    assert (row.first_name, row.is_active, row.erased_at is None) == ("", False, False)
    item.refresh_from_db()
    contribution.refresh_from_db()
    assert (item.live, item.contributor_id, contribution.contributor_id) == (True, ada.pk, ada.pk)
    assert ErasureRequest.objects.get(user=ada).state == ErasureState.DONE
    entry = AuditEntry.objects.get(action="accounts.erased")
    assert (entry.user, entry.object_key) == (administrator, str(ada.pk))
    assert "Lovelace" not in f"{entry.label}{entry.before}{entry.after}"
    letter = letters("ada@example.org")[0]
    assert letter.kind == "accounts.erased"
    assert "by an administrator" in letter.text
    assert "as you asked" not in letter.text
    assert "Lovelace" not in client.get(PEOPLE).content.decode()


def test_an_open_request_is_carried_out_with_the_choice_in_it(client: Client, administrator: User, ada: User) -> None:
    wish = erasing.confirm(request=erasing.request_erasure(user=ada, keep_credit=True))
    client.post(page_of(ada))
    assert [row.pk for row in ErasureRequest.objects.all()] == [wish.pk]
    wish.refresh_from_db()
    assert (wish.state, wish.keep_credit) == (ErasureState.DONE, True)
    assert erasing.erase_due() == 0


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR, Role.COUNTRY_COORDINATOR, Role.ADMINISTRATOR])
def test_who_works_here_loses_the_roles_first(role: Role, client: Client, administrator: User) -> None:
    colleague = person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else []))
    assert "Take the roles off first" in client.get(page_of(colleague)).content.decode()
    assert client.post(page_of(colleague)).status_code == 409
    colleague.refresh_from_db()
    assert colleague.erased_at is None
    colleague.groups.clear()
    assert client.post(page_of(colleague)).status_code == 302
    colleague.refresh_from_db()
    assert colleague.erased_at is not None


def test_nobody_is_erased_twice_or_by_themselves(client: Client, administrator: User, ada: User) -> None:
    client.post(page_of(ada))
    assert client.post(page_of(ada)).status_code == 409
    assert client.post(page_of(administrator)).headers["Location"] == "/admin/"
    with pytest.raises(erasing.ErasureRefusedError):
        erasing.erase_at_once(person=administrator, user=administrator)


def test_nobody_is_made_of_an_erased_account_again(client: Client, administrator: User, ada: User) -> None:
    edit = reverse("wagtailusers_users:edit", args=[ada.pk])
    assert client.get(edit).status_code == 200
    client.post(page_of(ada))
    sent = {"email": "eve@example.org", "first_name": "Eve", "last_name": "Else", "interface_language": "en"}
    assert client.get(edit).status_code == 404
    assert client.post(edit, sent | {"is_active": "on"}).status_code == 404
    assert not User.objects.filter(email="eve@example.org").exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR, Role.COUNTRY_COORDINATOR, Role.CONTRIBUTOR])
def test_only_administrators_erase(role: Role, ada: User) -> None:
    with pytest.raises(PermissionDenied):
        erasing.erase_at_once(person=ada, user=person(role))


@pytest.mark.parametrize(
    ("verb", "sent"),
    [("delete", {}), ("assign_role", {"role": "editor"}), ("set_active_state", {"mark_as_active": "False"})],
)
def test_nothing_is_done_to_several_people_at_once(
    verb: str, sent: dict[str, str], client: Client, administrator: User, ada: User
) -> None:
    if "role" in sent:
        sent = {"role": str(Group.objects.get(name=sent["role"]).pk)}
    address = f"/admin/bulk/accounts/user/{verb}/?id={ada.pk}&next={PEOPLE}"
    assert client.get(address).headers["Location"] == PEOPLE
    response = client.post(address, sent, follow=True)
    assert "one at a time" in response.content.decode()
    row = User.objects.get(pk=ada.pk)
    assert (row.is_active, row.roles) == (True, {Role.CONTRIBUTOR})
    assert "data-bulk-action-checkbox" not in response.content.decode()


def test_a_wish_is_seen_before_somebody_gets_a_role(client: Client, administrator: User, ada: User) -> None:
    edit = reverse("wagtailusers_users:edit", args=[ada.pk])
    for address in (PEOPLE, edit):
        assert "Asked to be erased on" not in client.get(address).content.decode()
    erasing.confirm(request=erasing.request_erasure(user=ada, keep_credit=False))
    for address in (PEOPLE, edit):
        assert client.get(address).content.decode().count("Asked to be erased on") == 1
