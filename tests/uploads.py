"""Files for tests: sound ones, and ones that are not what they say."""

import io
import struct
import zipfile
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

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


def drawn_large(width: int, height: int) -> bytes:
    """A PNG whose header promises that many pixels, and whose data would be read as broken if anyone decoded it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))

    header = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"not pixels") + chunk(b"IEND", b"")


MACRO_TYPES = b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
REFUSED = {
    "program as pdf": ("report.pdf", b"MZ\x90\x00" + b"\x00" * 200),
    "page in front of pdf": ("report.pdf", b"<html><script>1</script>%PDF-1.7"),
    "line in front of pdf": ("report.pdf", b"\n%PDF-1.7"),
    "program in docx": ("report.docx", packed({"run.exe": b"MZ"})),
    "macro": ("report.docx", packed({**DOCX, "word/vbaProject.bin": b"macro"})),
    "macro under another name": ("report.docx", packed({**DOCX, "word/vbaProject1.bin": b"macro"})),
    "docm renamed": ("report.docx", packed({**DOCX, "[Content_Types].xml": MACRO_TYPES})),
    "xlsm": ("table.xlsm", packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""})),
    "xlsm renamed": ("table.xlsx", packed({"[Content_Types].xml": MACRO_TYPES, "xl/workbook.xml": b""})),
    "macro sheet": (
        "table.xlsx",
        packed({"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/macrosheets/sheet1.xml": b""}),
    ),
    "odt with macro": (
        "text.odt",
        packed({"mimetype": b"application/vnd.oasis.opendocument.text", "Basic/Standard/Module1.xml": b""}),
    ),
    "path": ("report.docx", packed({**DOCX, "../../evil.xml": b""})),
    "bomb": ("report.docx", packed({**DOCX, "word/bomb.xml": b"0" * 30_000_000})),
    "bomb in an archive": (
        "report.docx",
        packed({**DOCX, "word/embeddings/a.xlsx": packed({"xl/bomb.xml": b"0" * 30_000_000})}),
    ),
    "very many members": ("report.docx", packed(DOCX | {f"word/{number}": b"" for number in range(10_001)})),
    "broken archive": ("report.docx", b"PK\x03\x04 broken"),
    "table as docx": ("report.docx", packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""})),
    "svg": ("picture.svg", b"<svg/>"),
    "svg as pdf": ("picture.pdf", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "page": ("page.html", b"<script>"),
    "not utf-8": ("data.csv", b"\xff\xfe\x00"),
    "nul in text": ("notes.txt", b"a\x00b"),
    "no extension": ("noextension", b"%PDF-1.7"),
    "extension turned round": ("report\u202efdp.exe", b"%PDF-1.7"),
}
#: What a person's file is called, and under which name it is stored.
NAMES = {
    "words": ("Jahresbericht Größe 2026.pdf", "Jahresbericht Größe 2026.pdf"),
    "other letters": ("Έκθεση – отчёт.pdf", "Έκθεση – отчёт.pdf"),
    "path": ("../../etc/report.pdf", "report.pdf"),
    "path of Windows": ("C:\\Users\\ada\\report.pdf", "report.pdf"),
    "control characters": ("re\x00po\x1brt\x7f.pdf", "report.pdf"),
    "line breaks": ("annual\r\nreport.pdf", "annual report.pdf"),
    "turned round": ("report\u202efdp.exe.pdf", "reportfdp.exe.pdf"),
    "zero width": ("re\u200bport\ufeff.pdf", "report.pdf"),
    "leading dots": ("..report.pdf", "report.pdf"),
    "only the extension": (".pdf", "file.pdf"),
    "nothing": ("", "file.pdf"),
    "device": ("CON.pdf", "file-CON.pdf"),
    "device with more": ("nul.tar.pdf", "file-nul.tar.pdf"),
    "no device": ("console.pdf", "console.pdf"),
    "markup": ('a"><b>.pdf', "a---b.pdf"),
    "other extension": ("photo.JPEG", "photo.pdf"),
    "spaces": ("  a   b  .pdf", "a b.pdf"),
}


def pdf(*contents: bytes, packed: bool = False) -> bytes:
    """A PDF with one page for each content stream."""
    filters = b"/Filter /FlateDecode " if packed else b""
    streams = [zlib.compress(content, 9) if packed else content for content in contents]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(streams)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, stream in enumerate(streams):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (5 + 2 * number),
            b"<< %s/Length %d >>\nstream\n%s\nendstream" % (filters, len(stream), stream),
        ]
    file = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    return file + head + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (count, len(file))


def written(text: bytes) -> bytes:
    return b"BT /F1 12 Tf 72 720 Td (%s) Tj ET" % text
