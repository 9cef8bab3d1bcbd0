"""What may be uploaded, held against files that are not what they say."""

import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from core.models import PortalImage
from core.pictures import VARIANTS, variant
from core.uploads import LONGEST_NAME_BYTES, check_document, redraw_picture, safe_name
from tests.uploads import DOCX, NAMES, REFUSED, drawn_large, packed, picture, upload


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


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    "size", [(20_000, 10_000), (12_000, 10_000), (7_746, 7_747)], ids=["200-million", "120-million", "just-over-60"]
)
def test_a_picture_with_too_many_pixels_is_refused_from_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(ValidationError, match="at most 60 million"):
        redraw_picture(upload("wall.png", drawn_large(*size)))


def test_a_picture_with_as_many_pixels_as_allowed_is_decoded() -> None:
    with pytest.raises(ValidationError, match="cannot be read"):
        redraw_picture(upload("wall.png", drawn_large(7_500, 8_000)))


def test_a_picture_of_more_bytes_than_allowed_is_refused(settings: Any) -> None:
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 100
    with pytest.raises(ValidationError, match="at most"):
        redraw_picture(upload("photo.jpg", picture()))


def test_a_picture_for_the_press_becomes_one_for_screens() -> None:
    with Image.open(redraw_picture(upload("press.jpg", picture("JPEG", "CMYK")))) as redrawn:
        assert redrawn.mode == "RGB"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_kept(form: str) -> None:
    target = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    frames[0].save(target, form, save_all=True, append_images=frames[1:], duration=100)
    with Image.open(redraw_picture(upload("moving.any", target.getvalue()))) as redrawn:
        assert getattr(redrawn, "n_frames", 1) == 1
        red, green, _blue = redrawn.convert("RGB").getpixel((20, 15))
        assert red > 200
        assert green < 60


def test_what_was_transparent_stays_so() -> None:
    target = io.BytesIO()
    logo = Image.new("P", (10, 10))
    logo.putpalette([255, 0, 0, 0, 255, 0])
    logo.save(target, "PNG", transparency=0)
    with Image.open(redraw_picture(upload("logo.png", target.getvalue()))) as redrawn:
        assert redrawn.convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"not a picture", picture("GIF", "P"), b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:200]],
    ids=["nothing", "text", "gif", "svg", "cut"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        redraw_picture(upload("photo.jpg", content))


TAKEN = {
    "report.pdf": b"%PDF-1.7\n%...",
    "report.docx": packed(DOCX),
    "table.xlsx": packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""}),
    "slides.pptx": packed({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}),
    "text.odt": packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}),
    "data.csv": "name;Größe\r\n=1+1;2\r\n".encode(),
    "notes.txt": b"\xef\xbb\xbfHello",
    "with-table.docx": packed({**DOCX, "word/embeddings/table.xlsx": packed({"xl/workbook.xml": b"<workbook/>"})}),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_that_is_what_it_says_is_taken_and_kept_to_the_byte(name: str) -> None:
    file = upload(name, TAKEN[name])
    check_document(file)
    assert file.name == name
    assert file.read() == TAKEN[name]


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_not_what_it_says_is_refused(case: str) -> None:
    name, content = REFUSED[case]
    with pytest.raises(ValidationError):
        check_document(upload(name, content))


def test_two_members_of_one_name_are_refused() -> None:
    target = io.BytesIO(packed(DOCX))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(target, "a") as archive:
        archive.writestr("word/document.xml", b"<other/>")
    with pytest.raises(ValidationError):
        check_document(upload("report.docx", target.getvalue()))


def test_a_file_of_more_bytes_than_allowed_is_refused_and_the_limit_named(settings: Any) -> None:
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 3 * 1024 * 1024
    with pytest.raises(ValidationError, match="has 4 MB; at most 3 MB"):
        check_document(upload("notes.txt", b"a" * (3 * 1024 * 1024 + 1)))


@pytest.mark.parametrize("case", NAMES)
def test_a_name_becomes_safe_and_keeps_its_words(case: str) -> None:
    given, expected = NAMES[case]
    assert safe_name(given, "pdf") == expected


@pytest.mark.parametrize("sign", ["a", "Ω", "漢", "𝔸"], ids=["one-byte", "two-bytes", "three-bytes", "four-bytes"])
def test_a_long_name_becomes_short_enough_for_any_file_system(sign: str) -> None:
    name = safe_name(sign * 300 + ".pdf", "pdf")
    assert name.startswith(sign * 40)
    assert name.endswith(".pdf")
    assert len(name) <= 84
    assert len(name.encode()) <= LONGEST_NAME_BYTES + 4


def test_what_is_taken_is_stored_under_its_safe_name() -> None:
    document = upload("x", b"%PDF-1.7")
    document._name = "C:\\docs\\\u202e..evil\x07.PDF"  # type: ignore[attr-defined]
    check_document(document)
    assert document.name == "evil.pdf"
    photo = upload("x", picture())
    photo._name = "a/b/\u202eCON.png"  # type: ignore[attr-defined]
    assert redraw_picture(photo).name == "file-CON.jpg"


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
