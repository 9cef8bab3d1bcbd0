"""What may be uploaded, held against files that are not what they say."""

import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.models import PortalImage
from core.pictures import VARIANTS, variant
from core.uploads import check_document, redraw_picture

DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(form: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 120).save(target, form, **options)
    return target.getvalue()


def packed(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            # A fixed date: the bytes are part of the name of a test, and every process must collect the same names.
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_rides_behind_a_picture_is_gone(form: str) -> None:
    rider = b"<script>alert(1)</script>"
    clean = redraw_picture(upload("photo.any", picture(form) + rider)).read()
    assert rider not in clean
    with Image.open(io.BytesIO(clean)) as redrawn:
        assert redrawn.format == form
        assert redrawn.size == (40, 30)


def test_notes_of_the_camera_are_gone_and_the_picture_stands_upright() -> None:
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010F] = "Maker of cameras"
    clean = redraw_picture(upload("photo.jpg", picture(exif=notes))).read()
    assert b"Maker of cameras" not in clean
    with Image.open(io.BytesIO(clean)) as redrawn:
        assert redrawn.size == (30, 40)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1"])
def test_pictures_of_every_kind_are_taken(mode: str) -> None:
    assert redraw_picture(upload("sign.png", picture("PNG", mode))).size > 0


def test_a_huge_picture_is_made_smaller() -> None:
    with Image.open(redraw_picture(upload("wide.png", picture("PNG", "1", (9000, 10))))) as redrawn:
        assert redrawn.size[0] == 4096


@pytest.mark.parametrize(
    "content",
    [b"", b"not a picture", picture("GIF", "P"), b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:200]],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        redraw_picture(upload("photo.jpg", content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", b"%PDF-1.7\n%..."),
        ("report.docx", packed(DOCX)),
        ("table.xlsx", packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""})),
        ("slides.pptx", packed({"[Content_Types].xml": b"", "ppt/presentation.xml": b""})),
        ("text.odt", packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""})),
        ("data.csv", "name;Größe\n".encode()),
        ("notes.txt", b"\xef\xbb\xbfHello"),
    ],
)
def test_a_file_that_is_what_it_says_is_taken(name: str, content: bytes) -> None:
    check_document(upload(name, content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", b"MZ\x90\x00" + b"\x00" * 200),
        ("report.pdf", b"<html><script>1</script>%PDF-1.7"),
        ("report.docx", packed({"run.exe": b"MZ"})),
        ("report.docx", packed({**DOCX, "word/vbaProject.bin": b"macro"})),
        ("report.docx", packed({**DOCX, "../../evil.xml": b""})),
        ("report.docx", packed({**DOCX, "word/bomb.xml": b"0" * 30_000_000})),
        ("report.docx", b"PK\x03\x04 broken"),
        ("report.docx", packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""})),
        ("picture.svg", b"<svg/>"),
        ("page.html", b"<script>"),
        ("data.csv", b"\xff\xfe\x00"),
        ("notes.txt", b"a\x00b"),
        ("noextension", b"%PDF-1.7"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(ValidationError):
        check_document(upload(name, content))


def test_variants_are_made_at_upload_and_only_looked_up_later(
    db: None, django_capture_on_commit_callbacks: Any, django_assert_num_queries: Any
) -> None:
    photo = PortalImage(title="A street", file=upload("street.jpg", picture(size=(1000, 800))))
    assert PortalImage.objects.count() == 0
    with django_capture_on_commit_callbacks(execute=True):
        photo.save()
    with django_assert_num_queries(1):
        found = variant(photo, VARIANTS[0])
    assert found is not None
    assert (found.width, found.height) == (720, 480)
    assert variant(photo, "width-1") is None


def test_an_office_file_with_broken_packing_is_refused_not_an_error() -> None:
    content = bytearray(packed({"mimetype": b"application/vnd.oasis.opendocument.text"}))
    place = content.index(b"mimetype") + len(b"mimetype")
    content[place : place + 6] = b"\xff" * 6
    with pytest.raises(ValidationError):
        check_document(upload("text.odt", bytes(content)))
