"""Hostile files through the form of a contribution: refused beside their control, or made safe; nothing is left."""

import io
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from contributions.files import private_storage
from contributions.models import Contribution, ContributionFile
from contributions.services import drafts, submitting
from contributions.workflow import ensure_workflow
from core import documents
from core.extraction import Limits, TextProblem, extract_text
from core.models import PortalDocument
from tests.contributions.browsing import address, opened, signed_in
from tests.contributions.builders import written
from tests.factories import CriterionFactory
from tests.uploads import DOCX, NAMES, REFUSED, drawn_large, packed, pdf, picture
from tests.uploads import written as stream

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ASKED_BY_SCRIPT: Final = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
SVG: Final = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
#: Stands for ``a_gigabyte_from_a_megabyte``, which no test but the one that sends it should pay for.
GIGABYTE: Final = b"a gigabyte"
#: Control → name → what is in the file. What it says in its message depends on the check, not on the way it came.
HOSTILE: Final[dict[str, tuple[str, str, bytes]]] = {
    **{f"document: {case}": ("attachments", name, content) for case, (name, content) in REFUSED.items()},
    "document: a gigabyte from a megabyte": ("attachments", "report.docx", GIGABYTE),
    "document: nothing in it": ("attachments", "report.pdf", b""),
    "photo: svg with script": ("photo", "map.svg", SVG),
    "photo: svg called png": ("photo", "map.png", SVG),
    "photo: page called jpg": ("photo", "photo.jpg", b"<html><script>alert(1)</script></html>"),
    "photo: program": ("photo", "photo.png", b"MZ\x90\x00" + b"\x00" * 200),
    "photo: moving gif with script behind": ("photo", "photo.gif", b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)"),
    "photo: 200 million pixels": ("photo", "wall.png", drawn_large(20_000, 10_000)),
    "photo: cut off": ("photo", "photo.jpg", picture()[:200]),
    "photo: nothing in it": ("photo", "photo.jpg", b""),
}


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.MEDIA_ROOT = tmp_path / "media"
    # The field has asked for its folder long ago.
    monkeypatch.setattr(ContributionFile._meta.get_field("file"), "storage", private_storage())
    ensure_workflow()
    CriterionFactory(code="clear-actions", kind="eligibility")


def a_gigabyte_from_a_megabyte() -> bytes:
    target = io.BytesIO(packed(DOCX))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/bomb.xml", "w") as bomb:
        for _megabyte in range(1000):
            bomb.write(b" " * 1_000_000)
    return target.getvalue()


def hostile(case: str) -> tuple[str, SimpleUploadedFile]:
    """Return the control of a case, and its file."""
    control, name, content = HOSTILE[case]
    return control, SimpleUploadedFile(name, a_gigabyte_from_a_megabyte() if content is GIGABYTE else content)


def kept(settings: Any) -> list[Path]:
    """Every file below the private and the public folder."""
    return [path for root in (settings.PRIVATE_ROOT, settings.MEDIA_ROOT) for path in root.rglob("*") if path.is_file()]


@pytest.fixture
def draft() -> Contribution:
    return written()


@pytest.fixture
def owner(draft: Contribution) -> Client:
    assert draft.contributor is not None
    return signed_in(draft.contributor)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_beside_its_control(
    case: str, owner: Client, draft: Contribution, settings: Any
) -> None:
    control, upload = hostile(case)
    sent = {**opened(owner, draft, "contact"), "contact_name": "Typed beside it", "go": "files"}
    answer = owner.post(address(draft, "files"), {**sent, control: upload})
    page = answer.content.decode()
    draft.refresh_from_db()
    assert answer.status_code == 400
    assert page.count('<p class="field__error"') == 1
    assert page.index("field__error") > page.index('for="new-photo"' if control == "photo" else 'for="new-attachment"')
    assert draft.data["contact_name"] == "Typed beside it"
    assert not draft.files.exists()
    assert kept(settings) == []


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("case", HOSTILE)
def test_sent_by_the_script_it_is_refused_in_the_readers_language(
    case: str, owner: Client, draft: Contribution, settings: Any
) -> None:
    control, upload = hostile(case)
    told = {}
    for language in ("en", "fr"):
        path = reverse("contributions:files", args=[draft.type, draft.pk]).replace("/en/", f"/{language}/", 1)
        upload.seek(0)
        sent = {**opened(owner, draft, "contact"), control: upload}
        answer: Any = owner.post(path, sent, headers=ASKED_BY_SCRIPT)
        assert answer.status_code == 400
        told[language] = answer.json()["message"]
    assert told["en"] != told["fr"]
    assert len(told["en"]) > 20
    assert not draft.files.exists()
    assert kept(settings) == []


@pytest.mark.parametrize("case", NAMES)
def test_whatever_a_file_is_called_it_is_stored_and_handed_out_under_a_safe_name(
    case: str, owner: Client, draft: Contribution, settings: Any
) -> None:
    given, expected = NAMES[case]
    upload = SimpleUploadedFile("x.pdf", pdf(stream(b"Report")))
    # As a browser that sends any name would: Django's class tidies it up beforehand.
    upload._name = given.removesuffix(".JPEG") or ".pdf"  # type: ignore[attr-defined]  # Django's own
    if not str(upload.name).lower().endswith(".pdf"):
        upload._name = f"{upload.name}.pdf"  # type: ignore[attr-defined]  # Django's own
    assert draft.contributor is not None
    row = drafts.add_file(user=draft.contributor, key=draft.pk, kind="attachment", upload=upload)
    assert row.name == expected
    (stored,) = kept(settings)
    assert settings.PRIVATE_ROOT in stored.parents
    assert stored.name.isalnum()
    answer = owner.get(reverse("contributions:file", args=[row.pk]))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_too_many_and_too_large_files_leave_those_that_were_there(
    owner: Client, draft: Contribution, settings: Any
) -> None:
    six = [SimpleUploadedFile(f"{number}.txt", f"Report {number}".encode()) for number in range(6)]
    sent = {**opened(owner, draft, "contact"), "go": "files"}
    answer = owner.post(address(draft, "files"), {**sent, "attachments": six})
    assert answer.status_code == 400
    assert "at most 5 files" in answer.content.decode()
    assert [row.name for row in draft.files.all()] == [f"{number}.txt" for number in range(5)]
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 10
    sent = {**opened(owner, draft, "contact"), "go": "files"}
    large = SimpleUploadedFile("large.txt", b"a" * 11)
    answer = owner.post(address(draft, "files"), {**sent, "attachments": large})
    assert answer.status_code == 400
    assert len(kept(settings)) == 5


def test_a_photo_with_the_place_it_was_taken_loses_it(owner: Client, draft: Contribution, settings: Any) -> None:
    notes = Image.Exif()
    notes[0x010F] = "Maker of cameras"
    notes.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(target, "JPEG", exif=notes)
    rider = b"<script>alert(1)</script>"
    upload = SimpleUploadedFile("photo.jpg", target.getvalue() + rider)
    sent = {**opened(owner, draft, "contact"), "go": "files"}
    assert owner.post(address(draft, "files"), {**sent, "photo": upload}).status_code == 302
    (stored,) = kept(settings)
    content = stored.read_bytes()
    assert b"Maker of cameras" not in content
    assert rider not in content
    with Image.open(stored) as redrawn:
        assert not redrawn.getexif()


def test_a_pdf_that_keeps_the_reader_busy_is_given_up_and_the_contribution_goes_on(
    owner: Client, draft: Contribution, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = pdf(stream(b"First page"), b"BT /F1 12 Tf 72 720 Td " + b"(a) Tj 1 0 Td " * 2_000_000 + b"ET", packed=True)
    sent = {**opened(owner, draft, "contact"), "go": "files"}
    upload = SimpleUploadedFile("busy.pdf", busy)
    assert owner.post(address(draft, "files"), {**sent, "attachments": upload}).status_code == 302
    draft.refresh_from_db()
    assert draft.contributor is not None
    submitting.submit(user=draft.contributor, key=draft.pk, version=draft.version, consent=True)
    document = PortalDocument.objects.get()
    assert document.text_state == PortalDocument.TextState.PENDING
    # A real child with a real limit, shorter than in production.
    monkeypatch.setattr(documents, "extract_text", partial(extract_text, limits=Limits(cpu_seconds=2)))
    begun = time.monotonic()
    assert documents.read_text(document.pk)
    assert time.monotonic() - begun < 60
    document = PortalDocument.objects.get()
    assert document.text_state == PortalDocument.TextState.FAILED
    assert document.text_problem == TextProblem.TOO_SLOW
