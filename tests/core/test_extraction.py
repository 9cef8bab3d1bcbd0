"""The text of real files is read in a process of its own, which bad files end and nothing else."""

import io
import os
import sys
import time
import zipfile
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest

from core import extraction
from core.extraction import Limits, TextProblem, extract_text
from tests.uploads import pdf, written

GREEK_AND_POLISH = "Ένταξη και εργασία – zażółć gęślą jaźń"


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def word_document() -> bytes:
    document = docx.Document()
    document.add_heading("Report", 1)
    document.add_paragraph(GREEK_AND_POLISH)
    document.add_table(1, 2).cell(0, 1).text = "in a table"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def table() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Figures"
    book.active.append(["Ελλάδα", None, 12.5])
    book.create_sheet("Second").append([GREEK_AND_POLISH])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def slide(text: str) -> bytes:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    runs = f"<a:r><a:t>{text[:5]}</a:t></a:r><a:r><a:t>{text[5:]}</a:t></a:r>"
    return f'<p xmlns:a="{drawing}"><a:p>{runs}</a:p></p>'.encode()


def open_document(body: str) -> bytes:
    office, text = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "text"))
    content = f'<o:document xmlns:o="{office}" xmlns:t="{text}"><o:body>{body}</o:body></o:document>'
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content.encode()})


def read(folder: Path, content: bytes, extension: str, limits: Limits = extraction.LIMITS) -> extraction.Extraction:
    path = folder / f"file.{extension}"
    path.write_bytes(content)
    return extract_text(path, extension, limits)


def test_pages_of_a_pdf(tmp_path: Path) -> None:
    found = read(tmp_path, pdf(written(b"First page"), written(b"Second page"), packed=True), "pdf")
    assert found.problem == ""
    assert found.text.split("\n") == ["First page", "Second page"]


def test_paragraphs_and_tables_of_a_word_document(tmp_path: Path) -> None:
    found = read(tmp_path, word_document(), "docx")
    assert found.problem == ""
    assert found.text.split("\n")[:2] == ["Report", GREEK_AND_POLISH]
    assert "in a table" in found.text


def test_rows_of_every_sheet(tmp_path: Path) -> None:
    found = read(tmp_path, table(), "xlsx")
    assert found.problem == ""
    assert found.text.split("\n") == ["Figures", "Ελλάδα\t12.5", "Second", GREEK_AND_POLISH]


def test_slides_in_their_order_then_the_notes(tmp_path: Path) -> None:
    slides = {f"ppt/slides/slide{number}.xml": slide(f"Slide number {number}") for number in (10, 2, 1)}
    found = read(tmp_path, zipped({**slides, "ppt/notesSlides/notesSlide1.xml": slide(GREEK_AND_POLISH)}), "pptx")
    assert found.problem == ""
    assert found.text.split("\n") == ["Slide number 1", "Slide number 2", "Slide number 10", GREEK_AND_POLISH]


def test_headings_and_paragraphs_of_an_open_document(tmp_path: Path) -> None:
    body = f"<t:h>Report</t:h><t:p>two<t:s/>words <t:span>{GREEK_AND_POLISH}</t:span>.</t:p>"
    found = read(tmp_path, open_document(body), "odt")
    assert found.problem == ""
    assert found.text.split("\n") == ["Report", f"two words {GREEK_AND_POLISH}."]


@pytest.mark.parametrize("extension", ["csv", "txt"])
def test_lines_of_plain_text_without_what_no_database_takes(tmp_path: Path, extension: str) -> None:
    found = read(tmp_path, b"\xef\xbb\xbf" + f"name;{GREEK_AND_POLISH}\r\na\x00b\x1b\r\n".encode(), extension)
    assert (found.problem, found.text) == ("", f"name;{GREEK_AND_POLISH}\na b")


@pytest.mark.parametrize("extension", ["pdf", "docx", "xlsx", "pptx", "odt", "csv", "txt"])
def test_what_is_broken_is_a_problem_never_an_error(tmp_path: Path, extension: str) -> None:
    found = read(tmp_path, b"PK\x03\x04 \xff\xfe broken" if extension not in {"csv", "txt"} else b"", extension)
    assert found.problem in {TextProblem.UNREADABLE, TextProblem.NO_TEXT}
    assert str(found.message)


def test_a_scan_is_told_apart_from_a_broken_file(tmp_path: Path) -> None:
    found = read(tmp_path, pdf(b"0 0 595 842 re f"), "pdf")
    assert (found.problem, found.text) == (TextProblem.NO_TEXT, "")
    assert "scan" in str(found.message)


def test_a_pdf_with_a_password(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(pdf(written(b"Secret"))))
    writer.encrypt("a password", algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    assert read(tmp_path, target.getvalue(), "pdf").problem == TextProblem.ENCRYPTED


def test_a_page_that_cannot_be_read_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    broken = pdf(written(b"First page"), written(b"Second page")).replace(b"/Contents 5 0 R", b"/Contents (x) ")
    found = read(tmp_path, broken, "pdf")
    assert "Second page" in found.text


@pytest.mark.slow
def test_a_pdf_that_keeps_the_reader_busy_is_ended_by_its_share_of_the_processor(tmp_path: Path) -> None:
    busy = pdf(written(b"First page"), b"BT /F1 12 Tf 72 720 Td " + b"(a) Tj 1 0 Td " * 2_000_000 + b"ET", packed=True)
    assert len(busy) < 200_000
    begun = time.monotonic()
    found = read(tmp_path, busy, "pdf", Limits(cpu_seconds=3))
    assert found.problem == TextProblem.TOO_SLOW
    # What was read before is kept.
    assert found.text == "First page"
    assert time.monotonic() - begun < 25


@pytest.mark.slow
def test_a_reader_that_hangs_is_ended_by_the_clock_with_all_it_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "process"
    hangs = (
        "import os, subprocess, sys, time; print('so far', flush=True); "
        f"other = subprocess.Popen(['sleep', '60'], stdout=subprocess.DEVNULL); "
        f"open({str(note)!r}, 'w').write(str(other.pid)); time.sleep(60)"
    )
    monkeypatch.setattr(extraction, "_command", lambda *_: [sys.executable, "-c", hangs])
    begun = time.monotonic()
    found = read(tmp_path, b"x", "txt", Limits(seconds=1.5))
    assert (found.problem, found.text) == (TextProblem.TOO_SLOW, "so far")
    assert time.monotonic() - begun < 10
    assert _is_gone(int(note.read_text()))


def _is_gone(process: int) -> bool:
    for _attempt in range(50):
        try:
            if "\nState:\tZ" in Path(f"/proc/{process}/status").read_text():
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.1)
    return False


def test_a_reader_that_closes_its_output_and_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = "import os, time; os.close(1); time.sleep(60)"
    monkeypatch.setattr(extraction, "_command", lambda *_: [sys.executable, "-c", hangs])
    assert read(tmp_path, b"x", "txt", Limits(seconds=1)).problem == TextProblem.TOO_SLOW


def test_a_reader_that_writes_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    floods = "import sys\nwhile True: sys.stdout.write('word ' * 1000)"
    monkeypatch.setattr(extraction, "_command", lambda *_: [sys.executable, "-c", floods])
    found = read(tmp_path, b"x", "txt")
    assert len(found.text) <= 1024 * 1024
    assert found.problem == ""


def test_a_text_is_cut_at_the_limit_between_characters(tmp_path: Path) -> None:
    found = read(tmp_path, "ż\n".encode() * 1000, "txt", Limits(largest_text=1000))
    assert found.problem == ""
    assert 300 <= len(found.text) <= 1000
    assert set(found.text) == {"ż", "\n"}


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zipped({"word/document.xml": b"0" * 250_000_000, "[Content_Types].xml": b""})
    assert len(bomb) < 300_000
    begun = time.monotonic()
    assert read(tmp_path, bomb, "docx").problem == TextProblem.TOO_LARGE
    assert time.monotonic() - begun < 10


def test_a_pdf_that_inflates_without_end_is_given_up(tmp_path: Path) -> None:
    found = read(tmp_path, pdf(b" " * 300_000_000, packed=True), "pdf")
    assert found.problem in {TextProblem.TOO_LARGE, TextProblem.UNREADABLE}


def test_a_pdf_that_goes_in_circles_comes_to_an_end(tmp_path: Path) -> None:
    circle = pdf(written(b"Page")).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")
    begun = time.monotonic()
    assert read(tmp_path, circle, "pdf").problem in {TextProblem.UNREADABLE, TextProblem.NO_TEXT}
    assert time.monotonic() - begun < 15


def test_the_memory_is_limited(tmp_path: Path) -> None:
    rows = "".join(f"<t:p>{number}</t:p>" for number in range(1_500_000))
    found = read(tmp_path, open_document(rows + "<t:p/>"), "odt", Limits(memory=100 * 1024 * 1024))
    assert found.problem == TextProblem.TOO_LARGE


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    assert read(tmp_path, zipped({"content.xml": laughs}), "odt").problem == TextProblem.UNREADABLE


def test_the_reader_has_no_secrets_no_django_and_writes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = (
        "import os, sys; from core import extraction_child as child; child.limit_this_process(2**30, 20)\n"
        "child.READERS['docx'](sys.stdin.buffer)\n"
        "print('django' in sys.modules, sorted(os.environ), flush=True)\n"
        f"try: os.write(os.open({str(tmp_path / 'written')!r}, os.O_CREAT | os.O_WRONLY), b'x')\n"
        "except OSError: print('no file')"
    )
    monkeypatch.setattr(extraction, "_command", lambda *_: [sys.executable, "-B", "-c", spy])
    monkeypatch.setitem(os.environ, "DATABASE_URL", "postgresql://portal:secret@host/portal")
    found = read(tmp_path, word_document(), "docx")
    assert found.text.split("\n") == ["False ['LC_ALL']", "no file"]


def test_other_kinds_and_missing_files_are_problems_too(tmp_path: Path) -> None:
    assert extract_text(tmp_path / "a.exe", "exe").problem == TextProblem.UNSUPPORTED
    assert extract_text(tmp_path / "gone.pdf", "pdf").problem == TextProblem.MISSING
    assert extract_text(tmp_path, "pdf").problem == TextProblem.UNREADABLE
