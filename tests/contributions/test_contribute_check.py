"""The last page of the form: what is missing, who looks at it, submission; and the ways out."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.permissions import Role
from contributions.models import Contribution, ContributionFile, State
from contributions.services import drafts, reviewing, submitting
from contributions.workflow import ensure_workflow
from core.models import PortalDocument, PortalImage
from goodpractices.models import GoodPractice
from tests.contributions.browsing import address, carried, opened, posted, signed_in
from tests.contributions.builders import all_met, contributor, open_review, revision_of, submitted, written
from tests.factories import CriterionFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()


def owner_of(draft: Contribution) -> Client:
    assert draft.contributor is not None
    return signed_in(draft.contributor)


def text_file(name: str = "report.txt", content: bytes = b"What we did.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/plain")


def photo(colour: str = "navy") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(target, "PNG")
    return SimpleUploadedFile("photo.png", target.getvalue(), "image/png")


# --- check and submit ---------------------------------------------------------------------------------------------
def test_whatever_is_missing_leads_to_its_field() -> None:
    draft = written(summary="short", topics=[], language="")
    client = owner_of(draft)
    page = client.get(address(draft, "check")).content.decode()
    for step, field in (("story", "summary"), ("place", "topics"), ("basics", "language")):
        assert f'<a href="{address(draft, "step", step)}#id_{field}">' in page
    answer = client.post(address(draft, "submit"), {**carried(page), "consent": "on"})
    assert answer.status_code == 409
    assert "nothing was sent" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_who_will_look_at_it_is_said_before() -> None:
    draft = written()
    client = owner_of(draft)
    assert "There is no coordinator for Country DE" in client.get(address(draft, "check")).content.decode()
    person(Role.COUNTRY_COORDINATOR, "DE")
    assert "the coordinator of Country DE checks the facts" in client.get(address(draft, "check")).content.decode()


def test_the_licence_can_be_read_before_agreeing() -> None:
    draft = written()
    page = owner_of(draft).get(address(draft, "check").replace("/en/", "/de/")).content.decode()
    sentence = 'wird unter der Lizenz <a href="https://creativecommons.org/licenses/by/4.0/" rel="external license">'
    assert sentence in page


def test_without_consent_nothing_is_handed_in() -> None:
    draft = written()
    client = owner_of(draft)
    answer = client.post(address(draft, "submit"), carried(client.get(address(draft, "check")).content.decode()))
    assert answer.status_code == 409
    assert "Please agree" in answer.content.decode()


def test_what_another_window_changed_is_looked_at_again_before_submission() -> None:
    draft = written()
    client = owner_of(draft)
    seen = carried(client.get(address(draft, "check")).content.decode())
    posted(client, draft, "resources", {"organisation": "Another"})
    answer = client.post(address(draft, "submit"), {**seen, "consent": "on"})
    assert answer.status_code == 409
    assert "another window" in answer.content.decode()


def test_the_preview_is_the_public_page_for_nobody_else() -> None:
    draft = written(title="A café as it will be")
    answer = owner_of(draft).get(address(draft, "preview"))
    page = answer.content.decode()
    assert "This is a preview" in page
    assert '<h1 class="practice__title"' in page
    assert "practice-None" not in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert "private" in answer["Cache-Control"]
    assert not GoodPractice.objects.exists()


def test_the_preview_shows_photo_and_files_as_they_will_be_published() -> None:
    draft = written()
    user: Any = draft.contributor
    for kind, upload in (("photo", photo()), ("attachment", text_file())):
        drafts.add_file(user=user, key=draft.pk, kind=kind, upload=upload, alternative="A table", credit="Ada")
    held = {row.kind: reverse("contributions:file", args=[row.pk]) for row in draft.files.all()}
    client = owner_of(draft)
    page = client.get(address(draft, "preview")).content.decode()
    assert f'<img src="{held["photo"]}" width="720" height="480" alt="A table">' in page
    assert "Photo: Ada" in page
    assert f'<a href="{held["attachment"]}">report.txt</a> <span class="link-list__size">TXT, 12' in page
    picture = client.get(held["photo"])
    assert picture["Content-Type"] == "image/png"
    assert client.get(held["attachment"])["Content-Type"] == "application/octet-stream"
    CriterionFactory(code="clear-actions", kind="eligibility")
    submitting.submit(user=user, key=draft.pk, version=draft.version, consent=True)
    submitting.withdraw(user=user, key=draft.pk)
    again = client.get(address(draft, "preview")).content.decode()
    # The file is the portal's now: shown once, not once more as added.
    assert again.count(">report.txt</a>") == 1
    assert held["attachment"] not in again
    assert again.count('class="practice__credit"') == again.count(f'<img src="{held["photo"]}"') == 1


def test_discarding_asks_once_more() -> None:
    draft = written()
    client = owner_of(draft)
    page = client.get(address(draft, "discard")).content.decode()
    assert Contribution.objects.filter(pk=draft.pk).exists()
    assert client.post(address(draft, "discard")).status_code == 409
    assert client.post(address(draft, "discard"), carried(page)).status_code == 302
    assert not Contribution.objects.filter(pk=draft.pk).exists()


def test_ones_own_published_item_is_corrected_on_a_copy() -> None:
    contribution = submitted()
    editor = person(Role.EDITOR)
    review = open_review(contribution)
    revision = revision_of(contribution)
    reviewing.approve(user=editor, key=review.pk, answers=all_met(review), revision_id=revision)
    item = GoodPractice.objects.get()
    path = reverse("contributions:correct", args=[item.uid])
    assert signed_in(contributor()).post(path).status_code == 404
    assert signed_in(editor).get(path).status_code == 404
    client = owner_of(contribution)
    assert item.title in client.get(path).content.decode()
    assert not Contribution.objects.filter(is_correction=True).exists()
    for _click in range(2):
        client.post(path)
    correction = Contribution.objects.get(is_correction=True)
    page = client.get(address(correction, "step", "basics")).content.decode()
    assert item.title in page


# --- files --------------------------------------------------------------------------------------------------------
def test_a_file_comes_with_whatever_button_is_pressed_and_the_text_with_it() -> None:
    draft = written()
    client = owner_of(draft)
    sent = {
        **opened(client, draft, "contact"),
        "contact_name": "Bea",
        "new-alternative": "A table",
        "new-credit": "Ada",
    }
    answer = client.post(
        address(draft, "files"), {**sent, "photo": photo(), "attachments": [text_file()], "go": "files"}
    )
    assert answer["Location"].partition("#")[0] == address(draft, "step", "contact")
    draft.refresh_from_db()
    assert draft.data["contact_name"] == "Bea"
    held = {row.kind: row for row in draft.files.all()}
    assert (held["photo"].alternative, held["photo"].credit) == ("A table", "Ada")
    assert held["attachment"].name == "report.txt"


def test_files_become_a_picture_and_a_document_of_the_portal_once() -> None:
    draft = written()
    user: Any = draft.contributor
    CriterionFactory(code="clear-actions", kind="eligibility")
    for kind, upload in (("photo", photo()), ("attachment", text_file())):
        drafts.add_file(user=user, key=draft.pk, kind=kind, upload=upload, alternative="A table", credit="Ada")
    for _again in range(2):
        submitting.submit(user=user, key=draft.pk, version=draft.version, consent=True)
        draft.refresh_from_db()
        item = draft.item.get_latest_revision_as_object()
        assert (item.photo.width, item.photo.height) == (40, 30)
        # Nobody can guess under which address the server would hand it out.
        assert re.fullmatch(r"original_images/[a-z0-9]{24}\.png", item.photo.file.name)
        assert (item.photo.description, item.photo_credit) == ("A table", "Ada")
        assert [row.title for row in item.attachments.all()] == ["report.txt"]
        submitting.withdraw(user=user, key=draft.pk)
        draft.refresh_from_db()
    assert PortalImage.objects.count() == PortalDocument.objects.count() == 1


def test_a_wrong_file_is_named_beside_its_control_and_the_right_ones_are_kept() -> None:
    draft = written()
    client = owner_of(draft)
    sent = {**opened(client, draft, "contact"), "contact_name": "Bea", "go": "next"}
    files = [text_file(), text_file("<b>.exe", b"MZ")]
    answer = client.post(address(draft, "step", "contact"), {**sent, "attachments": files})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert '<p class="field__error">&lt;b&gt;.exe: ' in page
    assert "report.txt" in page
    assert 'value="Bea"' in page


def test_the_script_sends_files_one_by_one() -> None:
    draft = written()
    client = owner_of(draft)
    token = {"form_token": opened(client, draft, "contact")["form_token"]}
    path, ask = address(draft, "files"), {"accept": "application/json"}
    for _click in range(2):
        told = client.post(path, {**token, "attachments": text_file()}, headers=ask)
        assert "report.txt" in told.json()["html"]
    assert draft.files.count() == 1
    refused: Any = client.post(path, {**token, "photo": text_file("photo.png")}, headers=ask)
    assert refused.status_code == 400
    assert "JPEG, PNG or WebP" in refused.json()["message"]
    assert client.post(path, token, headers=ask).status_code == 400
    assert client.post(path, {"attachments": text_file("other.txt", b"Other")}, headers=ask).status_code == 403
    client.logout()
    assert client.post(path, {**token, "attachments": text_file()}, headers=ask).status_code == 403


def test_files_are_described_and_removed_with_the_step() -> None:
    draft = written()
    client = owner_of(draft)
    client.post(address(draft, "files"), {**opened(client, draft, "contact"), "photo": photo()})
    row = draft.files.get()
    posted(client, draft, "contact", {f"alternative-{row.pk}": "A long table", f"credit-{row.pk}": "Bea"})
    row.refresh_from_db()
    assert (row.alternative, row.credit) == ("A long table", "Bea")
    sent = {**opened(client, draft, "contact"), "remove": str(row.pk), "contact_name": "Still typed"}
    client.post(address(draft, "files"), sent)
    assert not draft.files.exists()
    draft.refresh_from_db()
    assert draft.data["contact_name"] == "Still typed"


def test_a_file_is_handed_to_its_owner_and_its_reviewers_only() -> None:
    draft = written()
    owner = owner_of(draft)
    owner.post(address(draft, "files"), {**opened(owner, draft, "contact"), "attachments": text_file()})
    path = reverse("contributions:file", args=[ContributionFile.objects.get().pk])
    reviewer, stranger = signed_in(person(Role.EDITOR)), signed_in(contributor())
    coordinators = [signed_in(person(Role.COUNTRY_COORDINATOR, code)) for code in ("DE", "PL")]
    answer = owner.get(path)
    assert b"".join(answer) == b"What we did."  # type: ignore[call-overload]  # a stream
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    everybody_else = [reviewer, stranger, *coordinators, Client()]
    assert [client.get(path).status_code for client in everybody_else] == [404] * 5
    sent = {**carried(owner.get(address(draft, "check")).content.decode()), "consent": "on"}
    owner.post(address(draft, "submit"), sent)
    assert [client.get(path).status_code for client in everybody_else] == [200, 404, 200, 404, 404]
