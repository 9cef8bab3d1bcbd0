"""The end of an account: asked for with the password, confirmed by e-mail, taken back or done after a week."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import User
from accounts.my.services import update_profile
from accounts.permissions import Role
from accounts.privacy import erasing, exporting
from accounts.privacy.models import DataExport, ErasureRequest, ErasureState
from accounts.privacy.registry import registrations
from accounts.tasks import watch_privacy
from core.mail.models import OutboxMail
from core.models import AuditEntry
from tests.accounts.letterbox import letters
from tests.accounts.test_my_data import show_password
from tests.accounts.test_sign_in import member, sign_in
from tests.factories import CountryFactory, person

pytestmark = pytest.mark.django_db

DATA = "/en/my/data/"
ERASE = "/en/my/data/erase/"
CANCEL = "/en/my/data/erase/cancel/"
YES = {"credit": "former", "understood": "on"}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def ada(client: Client) -> User:
    """Somebody who has just signed in and shown the password again."""
    made = member(first_name="Ada", last_name="Lovelace", organisation="City of Ghent", credit_by_name=True)
    sign_in(client)
    show_password(client)
    return made


def link_in(letter: OutboxMail) -> str:
    found = re.search(r"http://testserver(/\S+/confirm/\S+/)", letter.text)
    assert found, letter.text
    return found[1]


def ask(client: Client, **answers: str) -> str:
    """Ask for the end of the account; returns the link in the e-mail."""
    assert client.post(ERASE, {**YES, **answers}).headers["Location"] == DATA
    return link_in(letters("ada@example.org")[0])


def confirmed(user: User, *, keep_credit: bool = False) -> ErasureRequest:
    """A request of ``user`` whose day has come."""
    request = erasing.confirm(request=erasing.request_erasure(user=user, keep_credit=keep_credit))
    ErasureRequest.objects.filter(pk=request.pk).update(due_at=timezone.now())
    return request


def open_request() -> ErasureRequest:
    return ErasureRequest.objects.get(state__in=["asked", "confirmed"])


# --- asking -------------------------------------------------------------------------------------------------------
def test_the_password_is_asked_for_first(client: Client) -> None:
    member()
    sign_in(client)
    door = f"/en/accounts/reauthenticate/?next={ERASE.replace('/', '%2F')}"
    assert client.get(ERASE).headers["Location"] == door
    assert client.post(ERASE, YES).headers["Location"] == door
    assert not ErasureRequest.objects.exists()


@pytest.mark.parametrize("answers", [{}, {"credit": "former"}, {"credit": "sell", "understood": "on"}])
def test_without_the_tick_nothing_is_asked_for(client: Client, ada: User, answers: dict[str, str]) -> None:
    response = client.post(ERASE, answers)
    assert response.status_code == 400
    page = response.content.decode()
    assert 'role="alert"' in page
    assert 'class="field__error"' in page
    assert not ErasureRequest.objects.exists()


def test_opening_pages_changes_nothing(client: Client, ada: User) -> None:
    client.get(ERASE)
    assert not ErasureRequest.objects.exists()
    link = ask(client)
    for _robot in range(3):
        assert Client().get(link).status_code == 200
        assert Client().head(link).status_code == 200
    assert open_request().state == ErasureState.ASKED
    assert client.get(CANCEL).status_code == 405
    assert open_request().state == ErasureState.ASKED


def test_the_page_of_the_link_names_nobody_and_is_kept_by_nobody(client: Client, ada: User) -> None:
    response = Client().get(ask(client))
    page = response.content.decode()
    assert "Lovelace" not in page
    assert "ada@example.org" not in page
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_it_is_confirmed_with_the_link_and_told_with_the_day(client: Client, ada: User) -> None:
    link = ask(client)
    elsewhere = Client()
    assert elsewhere.post(link).headers["Location"] == link
    row = open_request()
    assert row.state == ErasureState.CONFIRMED
    assert row.due_at is not None
    assert row.due_at - row.confirmed_at == dt.timedelta(days=7)
    assert "It is confirmed" in elsewhere.get(link).content.decode()
    letter = letters("ada@example.org")[0]
    assert letter.kind == "accounts.erase-planned"
    assert str(row.due_at.year) in letter.subject
    assert "will be erased on" in client.get("/en/my/").content.decode()
    assert "will be erased on" in client.get(DATA).content.decode()


def test_a_second_click_confirms_nothing_twice(client: Client, ada: User) -> None:
    link = ask(client)
    Client().post(link)
    due = open_request().due_at
    Client().post(link)
    assert open_request().due_at == due
    assert len([letter for letter in letters() if letter.kind == "accounts.erase-planned"]) == 1


def test_two_tabs_make_one_request_and_one_e_mail(client: Client, ada: User) -> None:
    ask(client)
    ask(client, credit="name")
    assert ErasureRequest.objects.count() == 1
    assert open_request().keep_credit
    assert len([letter for letter in letters() if letter.kind == "accounts.erase-confirm"]) == 1


def test_the_link_is_sent_again_after_a_while(client: Client, ada: User) -> None:
    ask(client)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3), tick=True):
        ask(client)
    assert ErasureRequest.objects.count() == 1
    assert len([letter for letter in letters() if letter.kind == "accounts.erase-confirm"]) == 2


def test_links_that_are_old_forged_or_taken_back_all_say_the_same(client: Client, ada: User) -> None:
    link = ask(client)
    forged = re.sub(r"confirm/[^:]+:", "confirm/Nzc3:", link)
    answers = [Client().post(address) for address in (forged, "/en/my/data/erase/confirm/nonsense/")]
    with time_machine.travel(timezone.now() + dt.timedelta(days=4), tick=True):
        answers += [Client().get(link), Client().post(link)]
    assert open_request().state == ErasureState.ASKED
    client.post(CANCEL)
    answers += [Client().get(link), Client().post(link)]
    assert {answer.status_code for answer in answers} == {404}
    headings = {re.search(r"<h1>(.*?)</h1>", answer.content.decode())[1] for answer in answers}  # type: ignore[index]
    assert headings == {"This link does not work any more"}
    assert not ErasureRequest.objects.filter(state=ErasureState.CONFIRMED).exists()


def test_somebody_changes_their_mind(client: Client, ada: User) -> None:
    Client().post(ask(client))
    assert client.post(CANCEL).headers["Location"] == DATA
    assert "Your account stays." in client.get(DATA).content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(days=30), tick=True):
        watch_privacy()
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    # In a second tab nothing happens, and it can be asked for again.
    assert client.post(CANCEL).status_code == 302
    assert "confirm" in ask(client)


def test_what_was_never_confirmed_is_never_done(client: Client, ada: User) -> None:
    ask(client)
    with time_machine.travel(timezone.now() + dt.timedelta(days=400), tick=True):
        watch_privacy()
    ada.refresh_from_db()
    assert ada.erased_at is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CONTRIBUTOR}))
def test_who_works_for_the_portal_asks_an_administrator_first(client: Client, role: Role) -> None:
    person(Role.ADMINISTRATOR)
    user = member(role)
    sign_in(client)
    show_password(client)
    assert "Ask an administrator" in client.get(ERASE).content.decode()
    client.post(ERASE, YES)
    assert not ErasureRequest.objects.exists()
    with pytest.raises(erasing.ErasureRefusedError):
        erasing.request_erasure(user=user, keep_credit=False)


def test_the_last_administrator_stays(client: Client) -> None:
    User.objects.filter(is_superuser=True).delete()
    member(Role.ADMINISTRATOR)
    sign_in(client)
    show_password(client)
    assert "the only administrator" in client.get(ERASE).content.decode()


def test_who_got_a_role_meanwhile_is_not_erased(ada: User) -> None:
    from django.contrib.auth.models import Group

    confirmed(ada)
    ada.groups.add(Group.objects.get(name=Role.EDITOR.value))
    assert erasing.erase_due() == 0
    assert User.objects.get(pk=ada.pk).email == "ada@example.org"


# --- doing it -----------------------------------------------------------------------------------------------------
def test_nothing_of_the_person_is_left(
    client: Client, ada: User, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any]
) -> None:
    ada.country = CountryFactory(code="BE")
    ada.languages, ada.about = ["en"], "I run a welcome desk."
    ada.save()
    Authenticator.objects.create(user=ada, type="totp", data={"secret": "x"})
    client.post("/en/my/profile/", {"first_name": "Ada", "last_name": "Lovelace", "interface_language": "en"})
    with django_capture_on_commit_callbacks(execute=True):
        export = exporting.request_export(user=ada)
    path = exporting.path_of(DataExport.objects.get(pk=export.pk))
    assert path.exists()
    ModelLogEntry.objects.log_action(ada, "wagtail.edit", user=ada)
    key = client.session.session_key
    confirmed(ada)
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert erasing.erase_due() == 1
    gone = User.objects.get(pk=ada.pk)
    assert gone.email == f"erased-{ada.pk}@invalid"
    assert (gone.first_name, gone.last_name, gone.organisation, gone.about) == ("", "", "", "")
    assert (gone.country, gone.languages, gone.is_active, gone.has_usable_password()) == (None, [], False, False)
    assert gone.erased_at is not None
    assert not gone.groups.exists()
    assert not any(
        model._default_manager.filter(user=gone).exists()
        for model in (EmailAddress, Authenticator, UserSession, DataExport)
    )
    assert not Session.objects.filter(session_key=key).exists()
    assert not path.exists()
    assert client.get(DATA).headers["Location"].startswith("/en/accounts/login/")
    for entry in AuditEntry.objects.all():
        kept = f"{entry.label} {entry.before} {entry.after}"
        assert "Lovelace" not in kept
        assert "ada@example.org" not in kept
    assert AuditEntry.objects.filter(action="accounts.erased", object_key=str(ada.pk)).exists()
    assert not ModelLogEntry.objects.filter(label__contains="Lovelace").exists()
    # The last e-mail, of which not even the address stays.
    assert [mail.to for mail in mailoutbox] == [["ada@example.org"]]
    assert mailoutbox[0].subject == "Your account has been erased"
    assert not OutboxMail.objects.filter(to="ada@example.org").exists()
    assert not OutboxMail.objects.filter(recipient_id=ada.pk).exists()
    assert not OutboxMail.objects.filter(text__contains="Lovelace").exists()


def test_it_is_done_once(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    request = confirmed(ada)
    with django_capture_on_commit_callbacks(execute=True):
        assert erasing.erase(request.pk)
        assert not erasing.erase(request.pk)
    assert len([letter for letter in letters() if letter.kind == "accounts.erased"]) == 1


def test_a_fault_leaves_everything_as_it_was_and_does_not_keep_the_others(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = member(email="grace@example.org")
    confirmed(ada)
    confirmed(other)
    last = registrations()[-1]

    def break_for_ada(user: User, *, keep_credit: bool) -> None:
        if user == ada:
            raise OSError("storage away")
        last.erase(user, keep_credit=keep_credit)

    import dataclasses

    rest = registrations()[:-1]
    monkeypatch.setattr(erasing, "registrations", lambda: [*rest, dataclasses.replace(last, erase=break_for_ada)])
    assert erasing.erase_due() == 1
    assert User.objects.get(pk=other.pk).erased_at is not None
    assert User.objects.get(pk=ada.pk).email == "ada@example.org"
    assert EmailAddress.objects.filter(user=ada).exists()
    monkeypatch.undo()
    assert erasing.erase_due() == 1


def test_a_profile_saved_at_the_same_moment_brings_no_name_back(ada: User) -> None:
    stale = User.objects.get(pk=ada.pk)
    confirmed(ada)
    erasing.erase_due()
    with pytest.raises(PermissionDenied):
        update_profile(user=stale, values={"first_name": "Ada", "last_name": "Lovelace"})
    assert User.objects.get(pk=ada.pk).get_full_name() == ""


def test_the_address_can_be_used_for_a_new_account(ada: User) -> None:
    confirmed(ada)
    erasing.erase_due()
    assert member(email="ada@example.org").pk != ada.pk
