"""Every address outside the editorial office, from the resolver itself × who asks; signing in has one way only."""

from typing import Any, Final

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model

from accounts.models import User
from accounts.permissions import SECOND_FACTOR_ROLES, Role
from portal.demo.pages import load_pages
from taxonomy.services import load_vocabulary
from tests.accounts.letterbox import PASSWORD
from tests.accounts.test_my_data import show_password
from tests.accounts.test_sign_in import member, sign_in
from tests.architecture.addresses import Address, every_address
from tests.architecture.test_personal_permissions import NEEDS
from tests.factories import CountryFactory, person
from tests.goodpractices.builders import published

pytestmark = pytest.mark.django_db


def _rows(need: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), need)


#: What an address is for whoever asks. Those of contributing and of the personal area have a table of their own.
SITE: Final[dict[str, str]] = {
    # There for everybody alike, without any cookie for visitors.
    **_rows("open", "healthz readyz robots sitemap security-contact search:results search:suggest search:download"),
    **_rows("open", "themes theme goodpractices:list goodpractices:download goodpractices:compare"),
    **_rows("open", "goodpractices:compare-csv goodpractices:contact goodpractices:detail wagtail_serve"),
    **_rows("open", "account_challenge account_inactive account_password_reset_completed"),
    **_rows("open", "socialaccount_login_cancelled"),
    "stable-address": "leads on",
    # Forms for those who are not signed in: with the cookie that keeps others from sending them.
    **_rows("form", "account_login account_signup"),
    "account_reset_password": "form, also signed in",
    # One's own account: there is no number in the address that could be somebody else's.
    **_rows("account", "account_reauthenticate account_email account_change_password mfa_index mfa_list_webauthn"),
    **_rows("account", "socialaccount_connections usersessions_list account_logout"),
    # The same, after the password once more, because it changes how one signs in.
    **_rows("again", "mfa_activate_totp mfa_generate_recovery_codes mfa_add_webauthn mfa_remove_webauthn"),
    **_rows("again", "mfa_edit_webauthn mfa_reauthenticate mfa_reauthenticate_webauthn"),
    "account_set_password": "leads on, with an account",
    # Of a second factor that there is not.
    **_rows("nothing yet", "mfa_deactivate_totp mfa_view_recovery_codes mfa_download_recovery_codes"),
    # Steps of something that was begun elsewhere: whoever has begun nothing is led to where it begins.
    **_rows("step", "account_email_verification_sent account_confirm_login_code mfa_authenticate mfa_login_webauthn"),
    **_rows("step", "account_confirm_password_reset_code account_complete_password_reset socialaccount_signup"),
    "socialaccount_login_error": "refusal",
    # Sign-in elsewhere, which is switched off here; Wagtail's own, which leads to everybody's.
    **_rows("leads on", "openid_connect_login openid_connect_callback wagtailcore_login en/_util/login/"),
    # Nothing of the portal stands behind these: passwords for single pages and files.
    **_rows("gone", "wagtaildocs_authenticate_with_password wagtailcore_authenticate_with_password"),
    # A file of nothing that is public is Wagtail's to hand out where no item holds it.
    **_rows("open", "wagtaildocs_serve ^documents/([0-9]{1,18})/(.*)$"),
}
WAYS: Final = ("get", "post")


def site() -> list[Address]:
    return [address for address in every_address() if not address.route.startswith("admin/")]


def key(address: Address) -> str:
    return address.name or address.route


def paths(practice: Any, factor: int) -> dict[str, str]:
    """Where each address of the table is; what is open is about something that is there."""
    held = get_document_model().objects.create(title="A file", file=_upload())
    values = {
        "code": "economic-participation",
        "format": "csv",
        "number": practice.pk,
        "page_id": 1,
        "page_view_restriction_id": 1,
        "pk": factor,
        "provider_id": "none",
        "restriction_id": 1,
        "slug": practice.slug,
        "uid": practice.uid,
    }
    found = {
        key(address): address.filled(values)
        for address in site()
        if key(address) in SITE and "(.*)" not in key(address)
    }
    found["wagtail_serve"] = "/en/about/"
    found["wagtaildocs_serve"] = found["^documents/([0-9]{1,18})/(.*)$"] = held.url
    found["goodpractices:compare-csv"] += f"?ids={practice.uid}"
    return found


def _upload() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("a.txt", b"Text")


@pytest.fixture
def practice() -> Any:
    load_vocabulary()
    load_pages()
    return published()


@pytest.fixture
def factor() -> int:
    """The key to sign in with that somebody else has."""
    made: int = Authenticator.objects.create(user=person(), type=Authenticator.Type.WEBAUTHN, data={"name": "Key"}).pk
    return made


def test_the_tables_name_every_address_outside_the_office() -> None:
    assert {key(address) for address in site()} == SITE.keys() | NEEDS.keys()


def target(response: Any) -> str:
    return str(response.headers.get("Location", ""))


def anonymous_is_right(need: str, response: Any, cookies: set[str]) -> bool:
    """What somebody gets who is not signed in."""
    to_sign_in = response.status_code == 302 and target(response).startswith("/en/accounts/login/")
    if need in {"form", "form, also signed in"}:
        return response.status_code == 200 and cookies == {"csrftoken"}
    wanted = {
        "open": response.status_code == 200,
        "refusal": response.status_code == 401,
        "gone": response.status_code == 404,
        "leads on": response.status_code == 302,
        "step": response.status_code == 302 and target(response).startswith("/en/accounts/"),
    }
    # Whoever signs out and is signed out already goes home.
    return not cookies and wanted.get(need, to_sign_in or target(response) == "/en/")


def member_is_right(need: str, response: Any) -> bool:
    """What somebody gets who is signed in and has not shown the password again."""
    code, where = response.status_code, target(response)
    return bool(
        {
            "form": code == 302 and where == "/en/my/",
            "again": code == 302 and where.startswith(("/en/accounts/reauthenticate/", "/en/accounts/2fa/")),
            "nothing yet": code == 404,
            "gone": code == 404,
            "refusal": code == 401,
            "leads on": code == 302,
            "leads on, with an account": code == 302,
            "step": code == 302 and (where == "/en/my/" or where.startswith("/en/accounts/")),
        }.get(need, code == 200)
    )


def test_visitors_get_what_is_open_and_are_asked_to_sign_in_for_the_rest(practice: Any, factor: int) -> None:
    wrong = []
    for name, path in paths(practice, factor).items():
        for way in ("get", "head"):
            client = Client()
            response = getattr(client, way)(path)
            cache.clear()
            if not anonymous_is_right(SITE[name], response, set(client.cookies)):
                wrong.append(f"{way} {name} ({path}): {response.status_code} {target(response)} {set(client.cookies)}")
    assert not wrong, "\n".join(wrong)


def is_kept_back(response: Any) -> bool:
    """Whether nothing between the portal and the reader keeps the page."""
    control = response.headers.get("Cache-Control", "")
    return "private" in control or "no-store" in control


@pytest.mark.parametrize("role", [*Role, None])
def test_every_account_gets_the_same_answers(role: Role | None, practice: Any, factor: int) -> None:
    user = member(role)
    if role is Role.COUNTRY_COORDINATOR:
        user.countries.add(CountryFactory(code="PL"))
    wrong = []
    for name, path in paths(practice, factor).items():
        client = Client()
        client.force_login(user)
        response = client.get(path)
        if not member_is_right(SITE[name], response):
            wrong.append(f"{name} ({path}): {response.status_code} {target(response)}")
        if SITE[name] not in {"open", "leads on"} and not is_kept_back(response):
            wrong.append(f"{name} ({path}): may be kept by others")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["mfa_remove_webauthn", "mfa_edit_webauthn"])
def test_the_key_of_somebody_else_is_nobodys(name: str, factor: int, client: Client) -> None:
    member()
    sign_in(client)
    show_password(client)
    address = reverse(name, args=[factor])
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    assert Authenticator.objects.filter(pk=factor).exists()


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
def test_whoever_works_here_sets_the_second_factor_up_before_any_address(role: Role, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    client = Client()
    client.force_login(person(role, *(["PL"] if role is Role.COUNTRY_COORDINATOR else [])))
    wrong = []
    for address in every_address():
        path = somewhere(address)
        if path.startswith(("/en/accounts/", "/accounts/", "/admin/logout/", "/healthz", "/readyz")):
            continue
        answers = [getattr(client, way)(path) for way in WAYS]
        wrong += [f"{path}: {answer.status_code}" for answer in answers if target(answer) != reverse("mfa_index")]
    assert not wrong, "\n".join(wrong)


def somewhere(address: Address) -> str:
    """A path of that form; who is not let in does not learn whether anything is there."""
    if "?P" not in address.route and "(" in address.route:
        return "/documents/1/a.txt" if "documents" in address.route else "/en/about/"
    return address.filled(dict.fromkeys(address.parameters, 1)).replace(".*", "nowhere")


def everything_that_takes_a_password() -> list[str]:
    """Every address outside the office, with whatever number, whether or not it is there."""
    found = {somewhere(address) for address in every_address()}
    return sorted(found - {"/admin/failwhale/", reverse("account_login")})


def test_no_address_but_the_one_sign_in_lets_anybody_in_by_a_password() -> None:
    user: User = member(Role.EDITOR)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    sent = dict.fromkeys(("login", "username", "email"), user.email) | {"password": PASSWORD}
    inside = []
    for path in everything_that_takes_a_password():
        client = Client()
        client.post(path, sent)
        cache.clear()
        if "_auth_user_id" in client.session:
            inside.append(path)
    assert inside == []
    # The one sign-in asks for the second factor next.
    client = Client()
    assert target(sign_in(client)).startswith("/en/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
