"""Signing in by OpenID Connect, against a provider of our own that speaks HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from accounts.permissions import Role
from portal.settings import env
from tests.accounts.letterbox import letters
from tests.accounts.provider import CLIENT, SECRET, Provider
from tests.accounts.test_sign_in import member

pytestmark = pytest.mark.django_db
SIGN_UP = "/en/accounts/3rdparty/signup/"
START = "/accounts/oidc/oidc/login/"


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A provider at which Ada signs in, and the portal configured for it by the environment's variables."""
    running = Provider()
    monkeypatch.setenv("OIDC_SERVER_URL", running.issuer)
    monkeypatch.setenv("OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("OIDC_CLIENT_SECRET", SECRET)
    settings.SOCIALACCOUNT_PROVIDERS = env.openid_connect()
    running.person = {"sub": "ada-1", "email": "ada@example.org", "given_name": "Ada", "family_name": "Lovelace"}
    yield running
    running.stop()


def leave(client: Client, **others: str) -> str:
    """Ask for the provider's sign-in; returns its address, as the page gives it that leads there."""
    away = client.post(START, others)
    assert away.status_code == 200
    assert "no-store" in away.headers["Cache-Control"]
    target: str = away.context["target"]
    assert f'content="0;url={escape(target)}"' in away.content.decode()
    return target


def come_back(client: Client, provider: Provider, **others: str) -> Any:
    """Go to the provider, sign in there, come back; returns the portal's answer."""
    return client.get(provider.authorise(leave(client, **others)).removeprefix("http://testserver"))


def join(client: Client, provider: Provider) -> Any:
    """Come back for the first time and answer what is asked then."""
    assert come_back(client, provider).headers["Location"] == SIGN_UP
    asked = client.get(SIGN_UP)
    assert asked.status_code == 200
    known = {name: asked.context["form"][name].value() for name in ("first_name", "last_name", "email")}
    assert known == {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org"}
    return client.post(SIGN_UP, {**known, "interface_language": "de", "languages": ["de"]})


def test_the_sign_in_offers_it_where_it_is_configured(client: Client, provider: Provider) -> None:
    page = client.get("/en/accounts/login/").content.decode()
    assert "Sign in with EU Login" in page
    assert f'action="{START}' in page


def test_without_configuration_there_is_no_such_thing(client: Client) -> None:
    assert "EU Login" not in client.get("/en/accounts/login/").content.decode()
    assert client.get(START, follow=True).status_code == 404


def test_somebody_new_gets_an_account_with_the_confirmed_address(client: Client, provider: Provider) -> None:
    assert join(client, provider).headers["Location"] == "/en/my/"
    assert provider.refused == []
    made = User.objects.get(email="ada@example.org")
    assert client.session["_auth_user_id"] == str(made.pk)
    assert (made.get_full_name(), made.interface_language) == ("Ada Lovelace", "de")
    assert made.roles == {Role.CONTRIBUTOR}
    assert made.emailaddress_set.get().verified
    assert not made.has_usable_password()
    assert letters("ada@example.org")[0].kind == "accounts.welcome"


def test_the_same_person_comes_back_to_the_same_account(client: Client, provider: Provider) -> None:
    join(client, provider)
    provider.person["email"] = "changed@example.org"
    again = Client()
    come_back(again, provider)
    assert again.session["_auth_user_id"] == client.session["_auth_user_id"]
    assert User.objects.count() == 1


def test_an_account_with_that_address_is_the_same_persons(client: Client, provider: Provider) -> None:
    made = member()
    come_back(client, provider)
    assert client.session["_auth_user_id"] == str(made.pk)
    assert SocialAccount.objects.get().user == made


def test_claims_give_no_role(client: Client, provider: Provider) -> None:
    provider.person |= {
        "groups": ["administrator", "editor"],
        "roles": ["admin"],
        "is_superuser": True,
        "is_staff": True,
    }
    join(client, provider)
    made = User.objects.get(email="ada@example.org")
    assert made.roles == {Role.CONTRIBUTOR}
    assert not made.is_superuser
    assert not made.is_staff


def test_the_second_factor_is_asked_for_all_the_same(client: Client, provider: Provider, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    member(Role.EDITOR)
    come_back(client, provider, next="/admin/")
    assert client.get("/admin/").headers["Location"] == "/en/accounts/2fa/"


def test_where_to_go_on_survives_the_way_there_and_back(client: Client, provider: Provider) -> None:
    member()
    assert come_back(client, provider, next="/fr/themes/").headers["Location"] == "/fr/themes/"


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, provider: Provider) -> None:
    back = provider.authorise(leave(client)).removeprefix("http://testserver")
    stranger = Client()
    response = stranger.get(back)
    assert "_auth_user_id" not in stranger.session
    assert "did not work" in response.content.decode()


def test_a_code_without_its_proof_is_refused(client: Client, provider: Provider) -> None:
    back = provider.authorise(leave(client))
    next(iter(provider.codes.values()))["code_challenge"] = "of-somebody-else"
    response = client.get(back.removeprefix("http://testserver"))
    assert provider.refused == ["token"]
    assert "_auth_user_id" not in client.session
    assert "did not work" in response.content.decode()


def test_an_inactive_account_stays_closed(client: Client, provider: Provider) -> None:
    member(is_active=False)
    come_back(client, provider)
    assert "_auth_user_id" not in client.session


# --- configuration ------------------------------------------------------------------------------------------------
def test_a_wrong_address_or_no_client_id_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_SERVER_URL", "ftp://login.example")
    with pytest.raises(ImproperlyConfigured, match="OIDC_SERVER_URL"):
        env.openid_connect()
    monkeypatch.setenv("OIDC_SERVER_URL", "https://login.example/cas/oauth2/")
    with pytest.raises(ImproperlyConfigured, match="OIDC_CLIENT_ID"):
        env.openid_connect()
