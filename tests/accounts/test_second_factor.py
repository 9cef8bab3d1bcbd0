"""Second factors: set up by anybody, needed by those who work for the portal."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import encryption
from accounts.checks import staff_has_second_factors_in_production
from accounts.permissions import SECOND_FACTOR_ROLES, Role
from core.models import AuditEntry
from tests.accounts.letterbox import PASSWORD, letters
from tests.accounts.test_sign_in import member, sign_in
from tests.factories import person

pytestmark = pytest.mark.django_db
SET_UP = "/en/accounts/2fa/"
TOTP_SET_UP = f"{SET_UP}totp/activate/"


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


def digits(secret: str) -> str:
    """What an authenticator app shows at this moment."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up(client: Client) -> str:
    """Add an authenticator app to the account that is signed in with its password; returns the app's key."""
    asked = client.get(TOTP_SET_UP)
    assert asked.headers["Location"].startswith("/en/accounts/reauthenticate/")
    client.post(asked.headers["Location"], {"password": PASSWORD})
    secret: str = client.get(TOTP_SET_UP).context["form"].secret
    assert client.post(TOTP_SET_UP, {"code": digits(secret)}).status_code == 302
    return secret


@pytest.mark.parametrize("role", list(Role))
def test_who_works_for_the_portal_sets_it_up_before_anything_else(role: Role, client: Client) -> None:
    client.force_login(person(role))
    for address in ("/admin/", "/en/themes/", "/documents/1/x.pdf", "/id/practice-1"):
        response = client.get(address)
        led = response.status_code == 302 and response.headers["Location"] == SET_UP
        assert led == (role in SECOND_FACTOR_ROLES), address
    page = client.get(SET_UP)
    assert page.status_code == 200
    assert ("Your role needs it" in page.content.decode()) == (role in SECOND_FACTOR_ROLES)


def test_what_is_sent_by_a_form_waits_as_well(client: Client) -> None:
    client.force_login(person(Role.EDITOR))
    assert client.post("/admin/snippets/goodpractices/goodpractice/add/", {}).headers["Location"] == SET_UP


def test_signing_out_and_changing_the_password_need_none(client: Client) -> None:
    client.force_login(member(Role.EDITOR))
    assert client.get("/en/accounts/password/change/").status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client.post("/en/accounts/logout/").headers["Location"] == "/en/"


def test_an_editor_adds_an_app_and_the_office_opens(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    made = member(Role.EDITOR)
    sign_in(client)
    # Just signed in by password: but the session began long ago.
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10), tick=True):
        with django_capture_on_commit_callbacks(execute=True):
            secret = set_up(client)
        assert client.get("/admin/").status_code == 200
    kept = Authenticator.objects.get(user=made, type="totp")
    assert secret not in str(kept.data)
    assert encryption.decrypt(kept.data["secret"]) == secret
    assert {entry.after["factor"] for entry in AuditEntry.objects.filter(action="accounts.factor-added")} == {
        "totp",
        "recovery_codes",
    }
    assert any("authenticator app has been added" in letter.text for letter in letters("ada@example.org"))


def test_the_second_step_is_asked_for_at_every_sign_in(client: Client) -> None:
    made = member(Role.EDITOR)
    secret = generate_totp_secret()
    TOTP.activate(made, secret)
    assert sign_in(client, next="/admin/").headers["Location"] == f"{SET_UP}authenticate/"
    assert client.get("/admin/").status_code == 302
    assert "_auth_user_id" not in client.session
    wrong = client.post(f"{SET_UP}authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    right = client.post(f"{SET_UP}authenticate/", {"code": digits(secret)})
    assert right.headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    # The same digits are of no use to whoever looked over the shoulder.
    other = Client()
    sign_in(other)
    other.post(f"{SET_UP}authenticate/", {"code": digits(secret)})
    assert "_auth_user_id" not in other.session


def test_a_recovery_code_lets_in_once(client: Client) -> None:
    member(Role.EDITOR)
    sign_in(client)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10), tick=True):
        set_up(client)
        codes = client.get(f"{SET_UP}recovery-codes/").context["unused_codes"]
        assert len(codes) == 10
        outcome = []
        for _attempt in range(2):
            other = Client()
            sign_in(other)
            other.post(f"{SET_UP}authenticate/", {"code": codes[0]})
            outcome.append("_auth_user_id" in other.session)
    assert outcome == [True, False]


def test_who_takes_the_last_factor_off_is_asked_to_set_one_up_again(client: Client) -> None:
    made = member(Role.EDITOR)
    sign_in(client)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10), tick=True):
        set_up(client)
        client.post(f"{SET_UP}totp/deactivate/")
        assert not Authenticator.objects.filter(user=made, type="totp").exists()
        assert client.get("/admin/").headers["Location"] == SET_UP
    assert AuditEntry.objects.filter(action="accounts.factor-removed", before={"factor": "totp"}).exists()


@pytest.mark.parametrize("address", ["webauthn/", "webauthn/add/", "recovery-codes/generate/", "totp/activate/"])
def test_the_pages_open_after_the_password_was_given_again(address: str, client: Client) -> None:
    made = member()
    if "recovery" in address:
        TOTP.activate(made, generate_totp_secret())
    client.force_login(made)
    asked = client.get(SET_UP + address)
    if asked.status_code == 302:
        client.post(f"/en/accounts/reauthenticate/?next={SET_UP}{address}", {"password": PASSWORD})
        asked = client.get(SET_UP + address)
    assert asked.status_code == 200
    assert 'class="site-header"' in asked.content.decode()


def test_a_secret_of_another_key_is_not_read(settings: Any) -> None:
    kept = encryption.encrypt("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "y" * 50
    assert encryption.decrypt(kept) == "JBSWY3DPEHPK3PXP"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        encryption.decrypt(kept)


def test_production_without_second_factors_is_refused(settings: Any) -> None:
    assert staff_has_second_factors_in_production() == []
    settings.STAFF_SECOND_FACTOR = False
    assert [problem.id for problem in staff_has_second_factors_in_production()] == ["accounts.E002"]
    settings.DEBUG = True
    assert staff_has_second_factors_in_production() == []


def test_who_has_lost_everything_is_helped_on_the_server(client: Client) -> None:
    made = member(Role.EDITOR)
    sign_in(client)
    TOTP.activate(made, generate_totp_secret())
    call_command("reset_second_factor", "ADA@example.org", stdout=StringIO())
    assert not Authenticator.objects.exists()
    assert client.get(SET_UP).status_code == 302
    assert AuditEntry.objects.get(action="accounts.factors-reset").before == {"factors": ["totp"]}
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@example.org")
