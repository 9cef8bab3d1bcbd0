"""What may be uploaded: files by an allow-list held against their content, pictures drawn anew, names made safe.

A picture is re-encoded, which drops whatever rides behind its pixels and every note of the camera (place, device).
A file must be what its name says; office files must hold neither macros nor more than they could reasonably unpack.
Where a virus scanner is set up, it sees everything first.
"""

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.archives import unpacks_beyond_reason
from core.virus_scan import scan

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

#: Extension → what the content must be recognised as.
DOCUMENT_TYPES: Final = {
    "pdf": {"application/pdf"},
    "docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    "xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    "pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    "odt": {"application/vnd.oasis.opendocument.text"},
}
TEXT_TYPES: Final = frozenset({"csv", "txt"})
LARGEST_SIDE: Final = 4096
LONGEST_NAME: Final = 80
#: A file system counts bytes, and a character may have four.
LONGEST_NAME_BYTES: Final = 180
#: Files packed in office files (a table in a report) are looked into as well, as far as this many bytes together.
LARGEST_PACKED_ARCHIVES: Final = 40 * 1024 * 1024
# A telephone's picture with a depth map behind it ("MPO") is a JPEG picture with more behind it.
_ENCODINGS: Final = {
    "JPEG": ("JPEG", "jpg", "image/jpeg"),
    "MPO": ("JPEG", "jpg", "image/jpeg"),
    "PNG": ("PNG", "png", "image/png"),
    "WEBP": ("WEBP", "webp", "image/webp"),
}
_PLAIN_MODES: Final = frozenset({"1", "L", "LA", "RGB", "RGBA", "I;16"})
#: What Pillow's decoders raise on broken files.
_BROKEN_PICTURE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    struct.error,
    zlib.error,
)
_BROKEN_ARCHIVE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
_RESERVED_NAME: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


# --- names --------------------------------------------------------------------------------------------------------
def _visible(name: str) -> str:
    """Return the last part of a path, without what cannot be seen: control characters, changes of direction."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    spaced = re.sub(r"\s", " ", last)
    return "".join(sign for sign in spaced if unicodedata.category(sign)[0] != "C")


def extension_of(name: str) -> str:
    """Return the extension that a person sees at the end of ``name``, in small letters, or an empty text."""
    return _visible(name).strip().rpartition(".")[2].lower() if "." in name else ""


def safe_name(name: str, extension: str) -> str:
    """Return a short file name with the words of ``name`` that every system can store, ending in ``extension``."""
    stem = _visible(name).strip()
    stem = stem.rpartition(".")[0] if "." in stem else stem
    stem = re.sub(r"\.{2,}", ".", re.sub(r'[<>:"|?*%$`;&]', "-", stem))
    stem = re.sub(r" +", " ", stem).strip(" .-")[:LONGEST_NAME]
    stem = stem.encode()[:LONGEST_NAME_BYTES].decode("utf-8", "ignore").strip(" .-")
    if _RESERVED_NAME.match(stem):
        # Windows takes these for devices, whatever follows the dot.
        stem = f"file-{stem}"
    return f"{stem or 'file'}.{extension}"


def _demand_size(upload: "UploadedFile[Any]", largest: int) -> None:
    if (upload.size or 0) > largest:
        raise ValidationError(
            _("This file has %(size)s MB; at most %(largest)s MB are taken.")
            % {"size": number_format(-(-(upload.size or 0) // 2**20)), "largest": number_format(largest // 2**20)}
        )


# --- pictures -----------------------------------------------------------------------------------------------------
def redraw_picture(upload: "UploadedFile[Any]") -> SimpleUploadedFile:
    """Return ``upload`` decoded and encoded again, upright, without notes, at most 4,096 pixels a side.

    Of a moving picture the first frame is kept. Raises ValidationError when it is no JPEG, PNG or WebP picture,
    whatever its name says, or has more pixels than the settings take: that is read off its first bytes.
    """
    _demand_size(upload, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
    scan(upload)
    upload.seek(0)
    target = io.BytesIO()
    try:
        with Image.open(upload, formats=("JPEG", "PNG", "WEBP")) as picture:
            _demand_pixels(picture)
            form, extension, kind = _ENCODINGS[picture.format or ""]
            clean = _pixels_of(picture, form)
        clean.save(target, form, **({"quality": 88} if form != "PNG" else {"optimize": True}))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise ValidationError(
            _("This is not a JPEG, PNG or WebP picture. Save it as one of these and try again.")
        ) from error
    except _BROKEN_PICTURE as error:
        raise ValidationError(
            _("This picture cannot be read. Save it again as JPEG, PNG or WebP and try again.")
        ) from error
    return SimpleUploadedFile(safe_name(upload.name or "", extension), target.getvalue(), content_type=kind)


def _too_many_pixels() -> ValidationError:
    millions = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
    return ValidationError(
        _("This picture has too many pixels: at most %(millions)s million are taken. Make it smaller and try again.")
        % {"millions": number_format(millions)}
    )


def _demand_pixels(picture: Image.Image) -> None:
    # Only the header has been read so far: not one pixel is decoded of a picture that is refused here.
    if picture.width * picture.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise _too_many_pixels()


def _pixels_of(picture: Image.Image, form: str) -> Image.Image:
    """Return nothing but the pixels of the (first) picture, upright and in a mode that ``form`` can hold."""
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
    elif upright.mode not in _PLAIN_MODES:
        upright = upright.convert("RGB")
    if form == "JPEG" and upright.mode not in {"RGB", "L"}:
        upright = upright.convert("RGB")
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    return clean


# --- documents ----------------------------------------------------------------------------------------------------
def check_document(upload: "UploadedFile[Any]") -> None:
    """Give ``upload`` a safe name, or raise ValidationError unless it is what its name says and the portal takes it.

    The content is kept as it is, to the byte.
    """
    extension = extension_of(upload.name or "")
    if extension not in DOCUMENT_TYPES and extension not in TEXT_TYPES:
        allowed = ", ".join(sorted({*DOCUMENT_TYPES, *TEXT_TYPES}))
        raise ValidationError(_("Files of this kind are not taken. Allowed are: %(kinds)s.") % {"kinds": allowed})
    _demand_size(upload, settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)
    scan(upload)
    if extension in TEXT_TYPES:
        _check_text(upload)
    else:
        _check_type(upload, extension)
    upload.seek(0)
    upload.name = safe_name(upload.name or "", extension)


def _check_type(upload: "UploadedFile[Any]", extension: str) -> None:
    upload.seek(0)
    found = filetype.guess_mime(upload.read(8192))
    if extension != "pdf":
        found = _office_type(upload)
    if found not in DOCUMENT_TYPES[extension]:
        message = _("The content of this file is not what its name says (%(kind)s). Save it again in that format.")
        raise ValidationError(message % {"kind": extension})


def _check_text(upload: "UploadedFile[Any]") -> None:
    upload.seek(0)
    try:
        text = upload.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(_("This text is not in UTF-8. Save it with that encoding and try again.")) from error
    if "\x00" in text:
        raise ValidationError(_("This is not a text file."))


def _office_type(upload: "UploadedFile[Any]") -> str | None:
    """Return what an office file is, by what is packed in it; raises ValidationError for macros and bombs."""
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            names = [member.filename for member in archive.infolist()]
            if len(set(names)) != len(names):
                # Two members of one name: what is checked here need not be what another program opens.
                return None
            _refuse_bombs(archive)
            _refuse_macros(archive, names)
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return archive.read("mimetype").decode("ascii", "ignore").strip()
    except _BROKEN_ARCHIVE:
        return None
    if "[Content_Types].xml" not in names:
        return None
    for folder, extension in {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}.items():
        if any(name.startswith(folder) for name in names):
            return next(iter(DOCUMENT_TYPES[extension]))
    return None


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Raise ValidationError when ``archive``, or an archive packed in it, unpacks to far more than it should."""
    bomb = unpacks_beyond_reason(archive.infolist())
    held = 0
    for member in [] if bomb else archive.infolist():
        with archive.open(member) as content:
            if content.read(4) != b"PK\x03\x04":
                continue
            held += member.file_size
            if held > LARGEST_PACKED_ARCHIVES:
                bomb = True
                break
            content.seek(0)
            with zipfile.ZipFile(io.BytesIO(content.read())) as inner:
                bomb = bomb or unpacks_beyond_reason(inner.infolist())
    if bomb:
        raise ValidationError(_("This file unpacks to far more than it should, and is not taken."))


def _refuse_macros(archive: zipfile.ZipFile, names: list[str]) -> None:
    # A macro file that was renamed still says what it is in its list of parts; ODF keeps macros in folders of theirs.
    declared = archive.read("[Content_Types].xml").lower() if "[Content_Types].xml" in names else b""
    held = any(
        PurePath(name.lower()).name.startswith("vbaproject")
        or name.lower().startswith(("basic/", "scripts/", "xl/macrosheets/"))
        for name in names
    )
    if held or b"macroenabled" in declared or b"vbaproject" in declared:
        raise ValidationError(_("Files with macros are not taken. Save it without macros and try again."))
