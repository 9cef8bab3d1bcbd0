"""The download of one's own data: asked for once, made by the worker, handed out to the person alone."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.privacy import exporting
from accounts.privacy.models import DataExport, ExportState
from accounts.tasks import watch_privacy
from core.models import AuditEntry, PortalDocument
from tests.accounts.letterbox import PASSWORD, letters
from tests.accounts.test_sign_in import member, sign_in
from tests.factories import CountryFactory

pytestmark = pytest.mark.django_db

DATA = "/en/my/data/"
ASK = "/en/my/data/ask/"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def ada(client: Client) -> User:
    """Somebody who has just signed in."""
    made = member(organisation="City of Ghent", about="<b>welcome</b>", interface_language="fr")
    sign_in(client)
    return made


def show_password(client: Client) -> None:
    """Enter the password once more, as the pages about one's data ask."""
    assert client.post("/en/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def ask(client: Client, run: Any) -> DataExport:
    with run(execute=True):
        assert client.post(ASK).headers["Location"] == DATA
    return DataExport.objects.latest("pk")


def content_of(response: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


@pytest.mark.parametrize("address", [DATA, "/en/my/data/download/1/", "/en/my/data/erase/"])
def test_the_anonymous_are_sent_to_the_sign_in(address: str, client: Client) -> None:
    response = client.get(address)
    assert response.headers["Location"] == f"/en/accounts/login/?next={address}"
    assert not response.cookies


@pytest.mark.parametrize("address", [ASK, "/en/my/data/erase/cancel/"])
def test_opening_a_link_changes_nothing(address: str, client: Client, ada: User) -> None:
    assert client.get(address).status_code == 405
    assert client.head(address).status_code == 405
    assert DataExport.objects.count() == 0


def test_the_private_folder_is_not_among_the_uploads() -> None:
    from portal import settings as shipped

    assert not shipped.PRIVATE_ROOT.is_relative_to(shipped.MEDIA_ROOT)


def test_somebody_downloads_everything(client: Client, ada: User, django_capture_on_commit_callbacks: Any) -> None:
    ada.country = CountryFactory(code="BE")
    ada.save()
    document = PortalDocument(title="Report", uploaded_by_user=ada)
    document.file.save("report.txt", io.BytesIO(b"what works"))
    document.save()
    export = ask(client, django_capture_on_commit_callbacks)
    assert export.state == ExportState.READY
    assert oct(exporting.path_of(export).stat().st_mode)[-3:] == "600"
    assert [path.suffix for path in exporting.path_of(export).parent.iterdir()] == [".zip"]
    letter = letters(ada.email)[0]
    assert letter.language == "fr"
    assert "/fr/my/data/" in letter.text
    show_password(client)
    response = client.get(f"{DATA}download/{export.pk}/")
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert response.headers["Cache-Control"] == "private, no-store"
    archive = content_of(response)
    data = json.loads(archive.read("data.json"))
    assert data["account"]["email"] == ada.email
    assert data["account"]["country"] == "Pays BE"
    assert data["sign-in"][0]["email"] == ada.email
    assert data["sessions"][0]["ip"] == "127.0.0.1"
    assert "accounts.export-asked" in {row["action"] for row in data["audit-log"]}
    page = archive.read("index.html").decode()
    assert '<html lang="fr">' in page
    assert "&lt;b&gt;welcome&lt;/b&gt;" in page
    files = [name for name in archive.namelist() if name.startswith("files/")]
    assert files == ["files/uploads/1-report.txt"]
    assert archive.read(files[0]) == b"what works"


def test_no_secret_is_handed_out(client: Client, ada: User, django_capture_on_commit_callbacks: Any) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=ada, type="totp", data={"secret": "very-secret-indeed"})
    client.post("/en/accounts/password/reset/", {"email": ada.email})
    sign_in(client)
    export = exporting.request_export(user=ada)
    assert exporting.put_together(export.pk)
    archive = zipfile.ZipFile(exporting.path_of(DataExport.objects.get(pk=export.pk)))
    text = archive.read("data.json").decode() + archive.read("index.html").decode()
    assert "very-secret-indeed" not in text
    assert ada.password not in text
    code = next(letter for letter in letters(ada.email) if letter.resend_in_doubt)
    assert code.text not in text
    assert code.subject in text


def test_the_password_is_asked_for_again(client: Client, ada: User, django_capture_on_commit_callbacks: Any) -> None:
    export = ask(client, django_capture_on_commit_callbacks)
    address = f"{DATA}download/{export.pk}/"
    door = f"/en/accounts/reauthenticate/?next={address.replace('/', '%2F')}"
    assert client.get(address).headers["Location"] == door
    assert client.post(door, {"password": "wrong"}).status_code == 200
    assert client.post(door, {"password": PASSWORD}).headers["Location"] == address
    assert client.get(address).status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=True):
        assert client.get(address).headers["Location"] == door


def test_nobody_else_gets_it(client: Client, ada: User, django_capture_on_commit_callbacks: Any) -> None:
    export = ask(client, django_capture_on_commit_callbacks)
    member(email="grace@example.org")
    other = Client()
    sign_in(other, email="grace@example.org")
    show_password(other)
    assert other.get(f"{DATA}download/{export.pk}/").status_code == 404
    assert other.get(f"{DATA}download/{export.pk + 1}/").status_code == 404
    assert "Download</a>" not in other.get(DATA).content.decode()


def test_two_tabs_have_one_made(client: Client, ada: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=False) as waiting:
        client.post(ASK)
        client.post(ASK)
    assert DataExport.objects.count() == 1
    assert len(waiting) == 1
    page = client.get(DATA).content.decode()
    assert "being put together" in page
    assert ASK not in page
    waiting[0]()
    waiting[0]()
    assert len([letter for letter in letters(ada.email) if letter.kind == "accounts.data-ready"]) == 1


def test_it_is_gone_after_a_week(client: Client, ada: User, django_capture_on_commit_callbacks: Any) -> None:
    export = ask(client, django_capture_on_commit_callbacks)
    path = exporting.path_of(export)
    with time_machine.travel(timezone.now() + dt.timedelta(days=6), tick=True):
        watch_privacy()
        assert path.exists()
    with time_machine.travel(timezone.now() + dt.timedelta(days=8), tick=True):
        later = Client()
        sign_in(later)
        show_password(later)
        # Also before the task has run.
        assert later.get(f"{DATA}download/{export.pk}/").status_code == 404
        with django_capture_on_commit_callbacks(execute=True):
            watch_privacy()
    assert not path.exists()
    assert not DataExport.objects.exists()


def test_a_lost_task_is_taken_up_by_the_sweep(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    export = exporting.request_export(user=ada)
    with django_capture_on_commit_callbacks(execute=True):
        watch_privacy()
    assert DataExport.objects.get(pk=export.pk).state == ExportState.READY


def test_what_fails_is_tried_three_times_and_said(client: Client, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(user: User) -> dict[str, Any]:
        raise OSError("no space")

    monkeypatch.setattr(exporting, "collect", broken)
    export = exporting.request_export(user=ada)
    start = timezone.now()
    for attempt in range(4):
        with time_machine.travel(start + dt.timedelta(hours=attempt), tick=False):
            assert not exporting.put_together(export.pk)
    export.refresh_from_db()
    assert (export.state, export.attempts) == (ExportState.FAILED, exporting.MOST_ATTEMPTS)
    assert "could not be put together" in client.get(DATA).content.decode()
    assert not list((settings.PRIVATE_ROOT / "exports").glob("*"))
    # And asked for again.
    monkeypatch.undo()
    assert exporting.put_together(exporting.request_export(user=ada).pk)


def test_what_kills_each_worker_is_given_up_and_can_be_asked_for_again(client: Client, ada: User) -> None:
    export = exporting.request_export(user=ada)
    killed = {"attempts": exporting.MOST_ATTEMPTS, "lease_until": timezone.now() + dt.timedelta(minutes=1)}
    DataExport.objects.filter(pk=export.pk).update(**killed)
    # The last attempt is still under way.
    watch_privacy()
    export.refresh_from_db()
    assert export.state == ExportState.WAITING
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=True):
        watch_privacy()
        export.refresh_from_db()
        assert (export.state, export.attempts) == (ExportState.FAILED, exporting.MOST_ATTEMPTS)
        assert exporting.request_export(user=ada).pk != export.pk


def test_files_of_killed_workers_do_not_stay(
    client: Client, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    kept = exporting.path_of(ask(client, django_capture_on_commit_callbacks))
    strays = [kept.with_name("9-abc.zip"), kept.with_name("9-abc.part")]
    for path in strays:
        path.write_bytes(b"somebody's data")
    watch_privacy()
    # Perhaps still being written.
    assert all(path.exists() for path in strays)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=True):
        watch_privacy()
    assert list(kept.parent.iterdir()) == [kept]


def test_asking_is_written_down(ada: User) -> None:
    export = exporting.request_export(user=ada)
    entry = AuditEntry.objects.get(action="accounts.export-asked")
    assert (entry.user, entry.object_key) == (ada, str(export.pk))


def test_the_page_asks_as_many_questions_for_one_download_as_for_ten(
    client: Client, ada: User, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    DataExport.objects.create(user=ada, state=ExportState.FAILED)
    client.get(DATA)
    with CaptureQueriesContext(connection) as once:
        client.get(DATA)
    for _number in range(9):
        DataExport.objects.create(user=ada, state=ExportState.FAILED)
    with django_assert_num_queries(len(once)):
        client.get(DATA)


def test_the_language_of_messages_has_an_address(client: Client, ada: User) -> None:
    assert client.get("/en/my/language/").headers["Location"] == "/en/my/profile/#id_interface_language"
