"""Making an account: what is asked, who gets in, what robots find."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import proof_of_work, unconfirmed
from accounts.models import User
from accounts.permissions import Role
from accounts.tasks import tidy
from core.models import AuditEntry
from tests.accounts.letterbox import CONFIRM, SIGN_IN, SIGN_UP, answers, code_in, letters, sign_up, solution
from tests.factories import CountryFactory, person

pytestmark = pytest.mark.django_db


def test_somebody_makes_an_account_confirms_the_address_and_is_a_contributor(client: Client) -> None:
    country = CountryFactory(code="PL")
    response = client.post(SIGN_UP, answers(country=country.pk))
    assert response.headers["Location"] == CONFIRM
    assert "_auth_user_id" not in client.session
    letter = letters("ada@example.org")[0]
    assert (letter.kind, letter.language, letter.resend_in_doubt) == ("accounts.confirm_address", "fr", True)
    response = client.post(CONFIRM, {"code": code_in(letter)})
    assert response.headers["Location"] == "/en/my/"
    made = User.objects.get(email="ada@example.org")
    assert client.session["_auth_user_id"] == str(made.pk)
    assert made.roles == {Role.CONTRIBUTOR}
    assert (made.get_full_name(), made.country, made.languages) == ("Ada Lovelace", country, ["en", "pl"])
    assert not any([made.credit_by_name, made.public_page, made.show_country, made.show_languages])
    assert made.emailaddress_set.get().verified


def test_the_account_begins_with_a_welcome_and_an_entry_in_the_audit_log(client: Client) -> None:
    sign_up(client)
    assert [letter.kind for letter in letters("ada@example.org")] == ["accounts.welcome", "accounts.confirm_address"]
    entry = AuditEntry.objects.get(action="accounts.sign-up")
    assert entry.after["roles"] == ["contributor"]
    assert "password" not in str(entry.after)
    assert AuditEntry.objects.filter(action="accounts.address-confirmed").count() == 1


def test_nothing_that_was_typed_stands_in_the_mail_to_an_address_that_is_not_confirmed(client: Client) -> None:
    client.post(SIGN_UP, answers(first_name="Buy-pills-at", last_name="https://evil.example"))
    letter = letters()[0]
    assert "evil" not in letter.subject + letter.text + letter.html
    assert "pills" not in letter.subject + letter.text + letter.html


def test_without_the_code_nobody_gets_in(client: Client) -> None:
    client.post(SIGN_UP, answers())
    response = client.post(CONFIRM, {"code": "WRONG-CODE"})
    assert "Incorrect code" in response.content.decode()
    assert "_auth_user_id" not in client.session
    other = Client()
    response = other.post(SIGN_IN, {"login": "ada@example.org", "password": answers()["password1"]})
    assert "_auth_user_id" not in other.session


def test_after_five_wrong_codes_the_right_one_is_of_no_use(client: Client) -> None:
    client.post(SIGN_UP, answers())
    right = code_in(letters("ada@example.org")[0])
    for _attempt in range(5):
        client.post(CONFIRM, {"code": "WRON-GONE"})
    client.post(CONFIRM, {"code": right})
    assert "_auth_user_id" not in client.session


def test_a_code_is_over_after_a_quarter_of_an_hour(client: Client) -> None:
    client.post(SIGN_UP, answers())
    code = code_in(letters("ada@example.org")[0])
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16), tick=False):
        client.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("entered", "problem"),
    [
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"password1": "passwordpassword", "password2": "different"}, "same password"),
        ({"password1": "1q2w3e4r5t6y", "password2": "1q2w3e4r5t6y"}, "too common"),
        ({"password1": "ada@example.org", "password2": "ada@example.org"}, "too similar"),
        ({"password1": "Lovelace1815", "password2": "Lovelace1815"}, "too similar"),
        ({"first_name": ""}, "required"),
        ({"interface_language": "xx"}, "valid choice"),
        ({"languages": ["xx"]}, "valid choice"),
        ({"email": "no-address"}, "valid email"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_at_the_top(
    client: Client, entered: dict[str, str], problem: str
) -> None:
    response = client.post(SIGN_UP, answers(**{"solution": "", **entered}))
    page = response.content.decode()
    assert response.status_code == 200
    assert any(part in page for part in problem.split("|"))
    assert 'role="alert"' in page
    name = next(iter(entered))
    assert f'href="#id_{name.replace("password1", "password")}' in page
    assert not User.objects.filter(email="ada@example.org").exists()


def test_a_long_sentence_and_any_signs_are_a_password(client: Client) -> None:
    sentence = "ω" * 20 + " " + "x1!" * 35
    client.post(SIGN_UP, answers(password1=sentence, password2=sentence))
    assert User.objects.get(email="ada@example.org").check_password(sentence)


# --- robots -------------------------------------------------------------------------------------------------------
def test_a_solution_is_of_use_once(client: Client) -> None:
    solved = solution()
    assert proof_of_work.is_solved(solved)
    assert not proof_of_work.is_solved(solved)


@pytest.mark.parametrize("payload", ["", "x", "e30=", "bnVsbA==", "[]", "\x00"])
def test_what_is_no_solution_is_refused_without_an_error(payload: str) -> None:
    assert not proof_of_work.is_solved(payload)


def test_a_puzzle_is_over_after_an_hour() -> None:
    solved = solution()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61), tick=False):
        assert not proof_of_work.is_solved(solved)


def test_the_puzzle_is_never_kept_by_a_cache(client: Client) -> None:
    response = client.get("/en/accounts/challenge/")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json()["challenge"] != client.get("/en/accounts/challenge/").json()["challenge"]


def test_without_a_script_the_form_is_taken_after_some_seconds(client: Client) -> None:
    stamp = client.get(SIGN_UP).context["form"]["opened"].value()
    fast = client.post(SIGN_UP, answers(solution="", opened=stamp))
    assert "very fast" in fast.content.decode()
    assert not User.objects.exists()
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=20), tick=False):
        slow = client.post(SIGN_UP, answers(solution="", opened=stamp))
    assert slow.headers["Location"] == CONFIRM
    assert User.objects.count() == 1


@pytest.mark.parametrize("stamp", ["", "opened", "opened:1abc:forged"])
def test_an_invented_time_of_opening_is_no_help(client: Client, stamp: str) -> None:
    client.post(SIGN_UP, answers(solution="", opened=stamp))
    assert not User.objects.exists()


def test_without_a_script_few_accounts_come_from_one_address(client: Client) -> None:
    stamp = client.get(SIGN_UP).context["form"]["opened"].value()
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=20), tick=False):
        for number in range(7):
            response = Client().post(SIGN_UP, answers(f"p{number}@example.org", solution="", opened=stamp))
    assert "try again in an hour" in response.content.decode()
    assert User.objects.count() == 5


def test_whoever_fills_in_the_hidden_field_is_told_what_they_want_to_hear(client: Client) -> None:
    response = client.post(SIGN_UP, answers(website="https://spam.example"))
    assert response.headers["Location"] == CONFIRM
    assert not User.objects.exists()
    assert letters() == []


def test_too_many_sign_ups_from_one_address_are_answered_with_a_page(client: Client) -> None:
    for number in range(31):
        response = client.post("/fr/accounts/signup/", answers(f"p{number}@example.org", solution=""))
    assert response.status_code == 429
    assert response.headers["Retry-After"]
    page = response.content.decode()
    assert 'class="site-header"' in page
    assert '<html lang="fr">' in page


def test_an_account_that_is_made_twice_at_once_is_made_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process has made it between the question whether it exists and the saving."""
    from allauth.account.internal.flows import manage_email

    person(email="ada@example.org")
    monkeypatch.setattr(manage_email, "email_already_exists", lambda value, **_: (value, False))
    response = client.post(SIGN_UP, answers())
    assert response.headers["Location"] == CONFIRM
    assert [letter.kind for letter in letters()] == ["accounts.account_exists"]


# --- what nobody confirmed ----------------------------------------------------------------------------------------
def test_an_account_that_nobody_confirms_is_forgotten_after_a_week(client: Client) -> None:
    client.post(SIGN_UP, answers())
    sign_up(Client(), "grace@example.org")
    added = person(email="added-by-an-administrator@example.org")
    tidy()
    assert User.objects.count() == 3
    with time_machine.travel(timezone.now() + dt.timedelta(days=8), tick=False):
        tidy()
    assert set(User.objects.values_list("email", flat=True)) == {"grace@example.org", added.email}
    assert "ada@example.org" not in str(list(AuditEntry.objects.values_list("label", "before", "after")))
    assert not any("ada@example.org" in letter.to for letter in letters())


def test_who_confirms_at_the_last_moment_keeps_the_account(client: Client) -> None:
    client.post(SIGN_UP, answers())
    made = User.objects.get(email="ada@example.org")
    with time_machine.travel(timezone.now() + dt.timedelta(days=8), tick=False):
        assert unconfirmed.unconfirmed() == [made.pk]
        made.emailaddress_set.update(verified=True)
        assert not unconfirmed.forget(made.pk)
    assert User.objects.filter(pk=made.pk).exists()
