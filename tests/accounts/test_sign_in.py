"""Signing in and out, passwords, sessions, the way from the editorial office."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from accounts.services import describe, record_saved
from accounts.sessions import forget_ended
from core.models import AuditEntry
from tests.accounts.letterbox import CONFIRM, PASSWORD, RESET, SIGN_IN, code_in, letters
from tests.factories import person

pytestmark = pytest.mark.django_db
NEW = "eight rivers, no boat at all"
TELEPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19 Safari/604.1"


def member(role: Role | None = Role.CONTRIBUTOR, email: str = "ada@example.org", **values: Any) -> User:
    """Somebody with a password and a confirmed address."""
    made = person(role, email=email, **values)
    made.set_password(PASSWORD)
    made.save()
    EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    return made


def sign_in(client: Client, password: str = PASSWORD, email: str = "ada@example.org", **others: str) -> Any:
    return client.post(SIGN_IN, {"login": email, "password": password, **others})


def test_somebody_signs_in_and_out(client: Client) -> None:
    made = member()
    assert sign_in(client).headers["Location"] == "/en/my/"
    assert client.session["_auth_user_id"] == str(made.pk)
    page = client.get("/en/themes/").content.decode()
    assert 'href="/en/my/"' in page
    assert str(made) in page
    assert client.get("/en/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/en/accounts/logout/").headers["Location"] == "/en/"
    assert "_auth_user_id" not in client.session


def test_the_address_is_taken_however_it_is_capitalised(client: Client) -> None:
    member()
    assert sign_in(client, email="ADA@Example.ORG").status_code == 302


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_off_the_portal(client: Client, wanted: str) -> None:
    member()
    assert sign_in(client, next=wanted).headers["Location"] == "/en/my/"


def test_an_inactive_account_is_closed_and_says_so_only_to_its_owner(client: Client) -> None:
    member(is_active=False)
    assert sign_in(client).headers["Location"] == "/en/accounts/inactive/"
    assert "closed" in client.get("/en/accounts/inactive/").content.decode()
    assert "not correct" in sign_in(client, password="wrong").content.decode()


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client: Client) -> None:
    member()
    for _attempt in range(5):
        sign_in(client, password="wrong")
    response = sign_in(client)
    assert "Too many failed login attempts" in response.content.decode()
    # Others behind the same address are not shut out.
    member(email="grace@example.org")
    assert sign_in(Client(), email="grace@example.org").status_code == 302


def test_behind_a_proxy_each_visitor_has_limits_of_their_own(client: Client, settings: Any) -> None:
    settings.SECURE_PROXY = True
    settings.SECURE_SSL_REDIRECT = False
    for number in range(31):
        last = client.post(SIGN_IN, {"login": "x"}, headers={"X-Forwarded-For": f"9.9.9.{number}, 192.0.2.1"})
    assert last.status_code == 429
    other = client.post(SIGN_IN, {"login": "x"}, headers={"X-Forwarded-For": "192.0.2.1, 192.0.2.2"})
    assert other.status_code == 200


def test_who_was_added_by_an_administrator_confirms_the_address_at_the_first_sign_in(client: Client) -> None:
    made = person(Role.EDITOR, email="new@example.org")
    made.set_password(PASSWORD)
    made.save()
    assert sign_in(client, email="new@example.org").headers["Location"] == CONFIRM
    client.post(CONFIRM, {"code": code_in(letters("new@example.org")[0])})
    assert client.session["_auth_user_id"] == str(made.pk)


def test_a_forgotten_password_is_replaced_by_a_code(client: Client) -> None:
    made = member(interface_language="de")
    response = client.post(RESET, {"email": "ada@example.org"})
    assert response.headers["Location"] == f"{RESET}confirm/"
    letter = letters("ada@example.org")[0]
    assert (letter.kind, letter.language) == ("accounts.reset_password", "de")
    client.post(f"{RESET}confirm/", {"code": code_in(letter)})
    response = client.post(f"{RESET}complete/", {"password1": NEW, "password2": NEW})
    assert response.status_code == 302
    made.refresh_from_db()
    assert made.check_password(NEW)
    assert letters("ada@example.org")[0].kind == "accounts.account_changed"
    assert AuditEntry.objects.filter(action="accounts.password-changed").exists()


def test_a_weak_new_password_is_refused(client: Client) -> None:
    client.force_login(member())
    response = client.post(
        "/en/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    )
    assert "at least 12 characters" in response.content.decode()


def test_another_password_wants_the_former_and_is_told_by_mail(client: Client) -> None:
    made = member()
    client.force_login(made)
    address = "/en/accounts/password/change/"
    client.post(address, {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    made.refresh_from_db()
    assert made.check_password(PASSWORD)
    client.post(address, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    made.refresh_from_db()
    assert made.check_password(NEW)
    assert "password of your account" in letters("ada@example.org")[0].text
    assert AuditEntry.objects.filter(action="accounts.password-changed").count() == 1


def test_another_address_counts_once_it_is_confirmed(client: Client) -> None:
    made = member()
    client.force_login(made)
    client.post("/en/accounts/email/", {"email": "lovelace@example.org", "action_add": "1"})
    made.refresh_from_db()
    assert made.email == "ada@example.org"
    client.post(CONFIRM, {"code": code_in(letters("lovelace@example.org")[0])})
    made.refresh_from_db()
    assert made.email == "lovelace@example.org"
    assert [row.email for row in made.emailaddress_set.all()] == ["lovelace@example.org"]
    assert "another e-mail address" in letters("ada@example.org")[0].text
    entry = AuditEntry.objects.get(action="accounts.address-changed")
    assert (entry.before, entry.after) == ({"email": "ada@example.org"}, {"email": "lovelace@example.org"})
    assert not AuditEntry.objects.filter(action="accounts.sign-up").exists()


def test_an_address_that_an_administrator_takes_off_is_of_no_more_use(client: Client) -> None:
    made = member()
    before = describe(made)
    made.email = "lovelace@example.org"
    made.save()
    record_saved(person=made, user=None, before=before)
    assert sign_in(client).status_code == 200
    assert sign_in(client, email="lovelace@example.org").headers["Location"] == CONFIRM


def test_sessions_are_listed_and_the_others_closed(client: Client) -> None:
    member()
    other = Client(headers={"User-Agent": TELEPHONE})
    sign_in(other)
    sign_in(client)
    page = client.get("/en/accounts/sessions/").content.decode()
    assert "Safari, iPhone" in page
    assert "AppleWebKit" not in page
    assert UserSession.objects.count() == 2
    client.post("/en/accounts/sessions/")
    assert UserSession.objects.count() == 1
    assert other.get("/en/accounts/sessions/").status_code == 302
    assert client.get("/en/accounts/sessions/").status_code == 200


def test_nobody_elses_sessions_are_shown_or_closed(client: Client) -> None:
    member()
    member(email="grace@example.org")
    other = Client(headers={"User-Agent": TELEPHONE})
    sign_in(other, email="grace@example.org")
    sign_in(client)
    assert "iPhone" not in client.get("/en/accounts/sessions/").content.decode()
    client.post("/en/accounts/sessions/")
    assert other.get("/en/accounts/sessions/").status_code == 200


def test_one_session_is_closed_by_itself(client: Client) -> None:
    member()
    clients = [Client(), Client(), client]
    for each in clients:
        sign_in(each)
    first = UserSession.objects.get(session_key=clients[0].session.session_key)
    client.post("/en/accounts/sessions/", {"close": str(first.pk)})
    signed_in = [each.get("/en/accounts/sessions/").status_code == 200 for each in clients]
    assert signed_in == [False, True, True]
    assert AuditEntry.objects.get(action="accounts.sessions-ended").after == {"sessions": 1}


@pytest.mark.parametrize("value", ["", "0", "-1", "x", "9" * 30])
def test_closing_what_is_not_there_is_no_error(client: Client, value: str) -> None:
    member()
    sign_in(client)
    assert client.post("/en/accounts/sessions/", {"close": value}).status_code == 302


def test_a_session_of_somebody_else_is_not_closed_by_its_number(client: Client) -> None:
    member()
    member(email="grace@example.org")
    other = Client()
    sign_in(other, email="grace@example.org")
    sign_in(client)
    theirs = UserSession.objects.get(session_key=other.session.session_key)
    client.post("/en/accounts/sessions/", {"close": str(theirs.pk)})
    assert other.get("/en/accounts/sessions/").status_code == 200


def test_a_list_of_ten_sessions_asks_the_database_as_often_as_one_of_one(
    client: Client, django_assert_num_queries: Any
) -> None:
    member()
    sign_in(client)
    client.get("/en/accounts/sessions/")
    with CaptureQueriesContext(connection) as of_one:
        client.get("/en/accounts/sessions/")
    asked = len(of_one)
    assert asked
    for _number in range(9):
        sign_in(Client())
    with django_assert_num_queries(asked):
        page = client.get("/en/accounts/sessions/").content.decode()
    assert page.count('name="close"') == 9


def test_another_password_ends_all_other_sessions(client: Client) -> None:
    member()
    other = Client()
    sign_in(other)
    sign_in(client)
    client.post("/en/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert UserSession.objects.count() == 1
    assert other.get("/en/accounts/sessions/").status_code == 302
    assert client.get("/en/accounts/sessions/").status_code == 200


def test_what_was_noted_of_a_session_goes_with_it(client: Client) -> None:
    member()
    sign_in(client)
    sign_in(Client())
    Session.objects.exclude(session_key=client.session.session_key).update(expire_date=timezone.now())
    assert forget_ended() == 1
    assert [row.session_key for row in UserSession.objects.all()] == [client.session.session_key]


# --- the anonymous ------------------------------------------------------------------------------------------------
def test_an_anonymous_page_offers_the_sign_in_and_sets_no_cookie(client: Client) -> None:
    response = client.get("/en/themes/")
    assert re.search(r'<a class="who" href="/en/accounts/login/"', response.content.decode())
    assert not response.cookies
    assert "private" not in response.headers["Cache-Control"]


def test_signing_out_leaves_no_cookie_behind_but_the_one_of_forms(client: Client) -> None:
    member()
    sign_in(client)
    client.post("/en/accounts/logout/")
    kept = {name for name, cookie in client.cookies.items() if cookie.value}
    assert kept <= {"csrftoken"}


# --- the editorial office -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/admin/login/", "/en/accounts/login/?next=%2Fadmin%2F"),
        ("/admin/login/?next=/admin/audit-log/", "/en/accounts/login/?next=%2Fadmin%2Faudit-log%2F"),
        ("/admin/login/?next=https://evil.example/", "/en/accounts/login/?next=%2Fadmin%2F"),
        ("/admin/password_reset/", "/en/accounts/password/reset/"),
    ],
)
def test_the_office_signs_in_on_the_same_page(client: Client, address: str, target: str) -> None:
    assert client.get(address).headers["Location"] == target


def test_an_editor_gets_from_the_office_through_the_sign_in_to_the_office(client: Client) -> None:
    member(Role.EDITOR)
    there = client.get("/admin/").headers["Location"]
    response = sign_in(client, next=there.partition("next=")[2])
    assert response.headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    client.post("/admin/logout/")
    assert client.get("/admin/").status_code == 302


def test_a_form_without_its_token_is_answered_with_a_page_that_helps() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/de/accounts/login/", {"login": "x", "password": "y"})
    assert response.status_code == 403
    page = response.content.decode()
    assert 'class="site-header"' in page
    assert '<html lang="de">' in page


def test_a_message_is_shown_once_to_whom_it_is_for(client: Client) -> None:
    member()
    sign_in(client)
    client.post("/en/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    first = client.get("/en/themes/")
    assert "Password successfully changed" in first.content.decode()
    assert "private" in first.headers["Cache-Control"]
    assert "successfully" not in client.get("/en/themes/").content.decode()
    assert "successfully" not in Client().get("/en/themes/").content.decode()


def test_the_office_offers_no_second_way_to_change_the_password(client: Client) -> None:
    client.force_login(member(Role.EDITOR))
    page = client.get("/admin/account/").content.decode()
    assert 'type="password"' not in page


def test_who_has_no_place_in_the_office_is_told_so_and_not_led_in_circles(client: Client) -> None:
    client.force_login(person(Role.CONTRIBUTOR))
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1] == ("/en/my/", 302)
    assert "no place in the editorial office" in response.content.decode()
