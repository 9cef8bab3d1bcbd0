"""A file of a draft is for those who may see the draft; everybody else finds nothing at its address."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ReferenceIndex

from accounts.models import User
from accounts.permissions import Role
from content import services
from content.attachments import may_fetch
from core.models import PortalDocument
from goodpractices.models import GoodPractice, PracticeAttachment
from tests.factories import person, practice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def file(name: str = "notes.txt") -> PortalDocument:
    made: PortalDocument = PortalDocument.objects.create(title="Notes", file=ContentFile(b"Some words", name))
    return made


def hung_on(row: GoodPractice, document: PortalDocument) -> PortalDocument:
    PracticeAttachment.objects.create(practice=row, document=document)
    return document


def hung_on_version(row: GoodPractice, document: PortalDocument) -> PortalDocument:
    """Attach as the editor and the contributor do to what has rows already: in the JSON of a version only."""
    item = row.get_latest_revision_as_object()
    item.attachments.add(PracticeAttachment(document=document))
    item.save_revision()
    assert not PracticeAttachment.objects.filter(document=document).exists()
    return document


def answer(document: PortalDocument, user: User | None = None) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(document.url)


def status(document: PortalDocument, user: User | None = None) -> int:
    code: int = answer(document, user).status_code
    return code


def test_a_file_of_nothing_is_served() -> None:
    assert status(file()) == 200


def test_a_file_of_a_published_item_is_served() -> None:
    assert status(hung_on(practice("DE"), file())) == 200


def test_a_file_of_an_archived_item_is_served() -> None:
    assert status(hung_on(practice("DE", archived=True), file())) == 200


@pytest.mark.parametrize("hang", [hung_on, hung_on_version], ids=["rows", "version"])
@pytest.mark.parametrize(
    ("role", "countries", "expected"),
    [
        (None, (), 404),
        (Role.CONTRIBUTOR, (), 404),
        (Role.MODERATOR, (), 404),
        (Role.COUNTRY_COORDINATOR, ("PL",), 404),
        (Role.COUNTRY_COORDINATOR, ("DE",), 200),
        (Role.EDITOR, (), 200),
        (Role.ADMINISTRATOR, (), 200),
    ],
    ids=["nobody", "contributor", "moderator", "other-country", "own-country", "editor", "administrator"],
)
def test_a_file_of_a_draft_is_served_by_the_permission_table(
    hang: Any, role: Role | None, countries: tuple[str, ...], expected: int
) -> None:
    document = hang(practice("DE", draft=True), file())
    assert status(document, person(role, *countries)) == expected


def test_the_anonymous_get_no_file_of_a_draft_and_learn_nothing_of_it() -> None:
    document = hung_on(practice("DE", draft=True), file())
    held = answer(document)
    missing = Client().get("/documents/999999/notes.txt")
    assert held.status_code == missing.status_code == 404
    assert not held.cookies
    address = f"/documents/{document.pk}/".encode()
    assert held.content.replace(address, b"/documents/999999/") == missing.content


def test_the_person_who_contributed_a_draft_gets_its_files() -> None:
    author = person(Role.CONTRIBUTOR)
    document = hung_on(practice("DE", draft=True, contributor=author), file())
    assert status(document, author) == 200
    assert status(document, person(Role.CONTRIBUTOR)) == 404


def test_a_file_of_a_correction_that_waits_is_not_public_yet() -> None:
    row = practice("DE")
    document = hung_on_version(row, file())
    assert status(document) == 404
    assert status(document, person(Role.COUNTRY_COORDINATOR, "DE")) == 200
    services.publish(item=GoodPractice.objects.get(pk=row.pk), user=person(Role.EDITOR))
    assert status(document) == 200


def test_what_is_withdrawn_takes_its_files_with_it() -> None:
    row = practice("DE")
    document = hung_on(row, file())
    services.withdraw(item=row, user=person(Role.EDITOR))
    assert status(document) == 404


def test_one_published_item_is_enough() -> None:
    document = hung_on(practice("DE", draft=True), file())
    hung_on(practice("PL"), document)
    assert status(document) == 200


def test_a_file_taken_out_of_a_draft_does_not_become_public() -> None:
    row = practice("DE", draft=True)
    document = hung_on_version(row, file())
    item = row.get_latest_revision_as_object()
    item.attachments.set([])
    item.save_revision()
    assert status(document) == 404


def test_the_files_of_a_deleted_draft_stay_with_the_editors() -> None:
    row = practice("DE", draft=True)
    document = hung_on_version(row, file())
    editor = person(Role.EDITOR)
    services.delete_draft(item=row, user=editor)
    assert status(document) == 404
    assert status(document, person(Role.COUNTRY_COORDINATOR, "DE")) == 404
    assert status(document, editor) == 200


def test_a_file_that_a_page_links_is_public_whatever_draft_has_it_too() -> None:
    document = hung_on(practice("DE", draft=True), file())
    assert status(document) == 404
    reference = ReferenceIndex.objects.create(
        base_content_type=_type_of("portal.HomePage"),
        content_type=_type_of("wagtailcore.Page"),
        object_id="1",
        to_content_type=_type_of("core.PortalDocument"),
        to_object_id=str(document.pk),
        model_path="body",
        content_path="body",
        content_path_hash="0" * 32,
    )
    assert status(document) == 200
    reference.delete()
    assert status(document) == 404


def _type_of(label: str) -> ContentType:
    return ContentType.objects.get_for_model(apps.get_model(label))


def test_the_answer_is_a_download_that_no_browser_runs() -> None:
    held = answer(file("page.txt"))
    assert held.headers["Content-Disposition"].startswith("attachment")
    assert held.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert held.headers["X-Content-Type-Options"] == "nosniff"
    assert held.headers["Cache-Control"] == "public, no-cache"


def test_what_is_served_to_somebody_is_kept_by_nobody() -> None:
    document = hung_on(practice("DE", draft=True), file())
    assert answer(document, person(Role.EDITOR)).headers["Cache-Control"] == "private, no-store"


def test_a_file_is_asked_about_again_and_sent_once() -> None:
    document = file()
    tag = answer(document).headers["ETag"]
    assert tag != '""'
    assert Client().get(document.url, headers={"If-None-Match": tag}).status_code == 304
    row = practice("DE", draft=True)
    hung_on(row, document)
    assert Client().get(document.url, headers={"If-None-Match": tag}).status_code == 404


@pytest.mark.parametrize("key", ["0", "99999999999999999999999", "9223372036854775808", "-1", "x"])
def test_numbers_that_no_file_has_are_not_found(key: str) -> None:
    assert Client().get(f"/documents/{key}/notes.txt").status_code == 404


@pytest.mark.parametrize("address", ["documents/", "documents/{key}/", "images/"])
def test_the_interface_for_programs_names_files_only_to_those_who_see_every_item(address: str, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    document = hung_on(practice("DE", draft=True), file("secret.txt"))
    path = f"/admin/api/main/{address.format(key=document.pk)}"
    for role, countries, expected in ((Role.COUNTRY_COORDINATOR, ("PL",), 302), (Role.EDITOR, (), 200)):
        client = Client()
        client.force_login(person(role, *countries))
        held = client.get(path)
        assert held.status_code == expected
        assert (b"secret" in held.content) == (expected == 200 and "documents" in address)


def test_questions_do_not_grow_with_the_items() -> None:
    counts = []
    for number in (1, 10):
        document = file()
        for _item in range(number):
            hung_on_version(practice("DE", draft=True), document)
        reader = User.objects.get(pk=person(Role.EDITOR).pk)
        with CaptureQueriesContext(connection) as seen:
            assert may_fetch(document, reader)
        counts.append(len(seen))
    assert counts == [3, 3]
