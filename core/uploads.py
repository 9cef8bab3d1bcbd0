"""What may be uploaded: files by an allow-list held against their content, pictures drawn anew.

A picture is re-encoded, which drops whatever rides behind its pixels and every note of the camera (place, device).
A file must be what its name says; office files must hold neither macros nor more than they could reasonably unpack.
"""

import io
import zipfile
import zlib
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import filetype
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

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
LARGEST_UNPACKED: Final = 200 * 1024 * 1024
LARGEST_RATIO: Final = 100
LARGEST_SIDE: Final = 4096
_ENCODINGS: Final = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WEBP": ("webp", "image/webp")}


def redraw_picture(upload: "UploadedFile[Any]") -> SimpleUploadedFile:
    """Return ``upload`` decoded and encoded again, upright, without notes, at most 4,096 pixels a side.

    Raises ValidationError when it is no JPEG, PNG or WebP picture, whatever its name says.
    """
    upload.seek(0)
    try:
        with Image.open(upload) as picture:
            form = picture.format or ""
            if form not in _ENCODINGS:
                raise ValidationError(
                    _("This is not a JPEG, PNG or WebP picture. Save it as one of these and try again.")
                )
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            if form == "JPEG" and upright.mode not in {"RGB", "L"}:
                upright = upright.convert("RGB")
            clean = Image.new(upright.mode, upright.size)
            clean.paste(upright)
            if upright.mode == "P" and (palette := upright.getpalette()) is not None:
                clean.putpalette(palette)
            target = io.BytesIO()
            clean.save(target, form, **({"quality": 88} if form != "PNG" else {"optimize": True}))
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("This picture cannot be read. Save it again as JPEG, PNG or WebP and try again.")
        ) from error
    extension, kind = _ENCODINGS[form]
    name = f"{PurePath(upload.name or 'picture').stem[:80]}.{extension}"
    return SimpleUploadedFile(name, target.getvalue(), content_type=kind)


def check_document(upload: "UploadedFile[Any]") -> None:
    """Raise ValidationError unless ``upload`` is what its name says and what the portal takes."""
    extension = PurePath(upload.name or "").suffix.lower().lstrip(".")
    if extension in TEXT_TYPES:
        _check_text(upload)
        return
    if extension not in DOCUMENT_TYPES:
        allowed = ", ".join(sorted({*DOCUMENT_TYPES, *TEXT_TYPES}))
        raise ValidationError(_("Files of this kind are not taken. Allowed are: %(kinds)s.") % {"kinds": allowed})
    upload.seek(0)
    found = filetype.guess_mime(upload.read(8192))
    if extension != "pdf":
        found = _office_type(upload) or found
    upload.seek(0)
    if found not in DOCUMENT_TYPES[extension]:
        message = _("The content of this file is not what its name says (%(kind)s). Save it again in that format.")
        raise ValidationError(message % {"kind": extension})


def _check_text(upload: "UploadedFile[Any]") -> None:
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(_("This text is not in UTF-8. Save it with that encoding and try again.")) from error
    if "\x00" in text:
        raise ValidationError(_("This is not a text file."))


def _office_type(upload: "UploadedFile[Any]") -> str | None:
    """Return what an office file is, by what is packed in it; raises ValidationError for macros and bombs."""
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            _refuse_bombs(members)
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise ValidationError(_("Files with macros are not taken. Save it without macros and try again."))
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return archive.read("mimetype").decode("ascii", "ignore").strip()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        return None
    markers = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
    if "[Content_Types].xml" not in names:
        return None
    for folder, extension in markers.items():
        if any(name.startswith(folder) for name in names):
            return next(iter(DOCUMENT_TYPES[extension]))
    return None


def _refuse_bombs(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    unsafe = any(member.filename.startswith("/") or ".." in PurePath(member.filename).parts for member in members)
    if unsafe or unpacked > LARGEST_UNPACKED or unpacked / packed > LARGEST_RATIO:
        raise ValidationError(_("This file unpacks to far more than it should, and is not taken."))
