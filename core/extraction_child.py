"""Reads the text of one file, in a process of its own that can take nothing else down with it.

``python -m core.extraction_child EXTENSION MEMORY CPU_SECONDS BYTES <file >text``: the file is standard input, the text
goes to standard output as it is found, and the exit code says how it ended (``core.extraction`` knows the meanings).
The process limits itself before it looks at the file, has no settings and loads no Django.
"""

import contextlib
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any, Final

from core.archives import unpacks_beyond_reason

#: Exit codes; others are what the system says of a process that it ended.
DONE: Final = 0
UNREADABLE: Final = 10
ENCRYPTED: Final = 11
TOO_LARGE: Final = 12

_FILE_HANDLES: Final = 64
_NUMBER: Final = re.compile(r"\d+")
_OFFICE_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


class EncryptedError(Exception):
    """The file asks for a password."""


class TooLargeError(Exception):
    """The file unpacks to more than is reasonable."""


class EnoughError(Exception):
    """As much text has been written as is kept."""


def limit_this_process(memory: int, cpu_seconds: int) -> None:
    """Let this process use only so much memory and time, write no file and leave no dump."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _FILE_HANDLES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def pdf(file: IO[bytes]) -> Iterator[str]:
    """Yield the text of a PDF, page by page; a page that cannot be read does not take the others with it."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, WrongPasswordError

    failed: Exception | None = None
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise EncryptedError
        for page in reader.pages:
            try:
                yield page.extract_text()
            except LimitReachedError:
                raise
            except Exception as error:  # noqa: BLE001 - pypdf raises anything for a broken page
                failed = error
    except (FileNotDecryptedError, WrongPasswordError, DependencyError) as error:
        raise EncryptedError from error
    except LimitReachedError as error:
        raise TooLargeError from error
    if failed is not None:
        raise failed


def docx(file: IO[bytes]) -> Iterator[str]:
    """Yield the paragraphs of a Word document, those in tables and text boxes with them."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    _open_archive(file).close()
    document = Document(file)
    for element in document.element.body.iter(qn("w:p")):
        yield Paragraph(element, document).text


def xlsx(file: IO[bytes]) -> Iterator[str]:
    """Yield the rows of an Excel table, sheet by sheet, each behind the sheet's name."""
    from openpyxl import load_workbook

    _open_archive(file).close()
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        # What a sheet says of its own size may be a million empty cells.
        sheet.reset_dimensions()
        title = str(sheet.title)
        for row in sheet.iter_rows(values_only=True):
            if line := "\t".join(str(value) for value in row if value is not None):
                yield f"{title}\n{line}" if title else line
                title = ""


def pptx(file: IO[bytes]) -> Iterator[str]:
    """Yield the paragraphs of the slides of a presentation, then those of its notes."""
    with _open_archive(file) as archive:
        for folder in ("ppt/slides/slide", "ppt/notesSlides/notesSlide"):
            names = [name for name in archive.namelist() if name.startswith(folder) and name.endswith(".xml")]
            for name in sorted(names, key=_number_in):
                for paragraph in _xml(archive, name).iter(f"{_DRAWING}p"):
                    yield "".join(part.text or "" for part in paragraph.iter(f"{_DRAWING}t"))


def _number_in(name: str) -> int:
    found = _NUMBER.search(name)
    return int(found[0][:9]) if found else 0


def odt(file: IO[bytes]) -> Iterator[str]:
    """Yield the headings and paragraphs of an OpenDocument text."""
    with _open_archive(file) as archive:
        root = _xml(archive, "content.xml")
    for element in root.iter():
        if element.tag in {f"{_OFFICE_TEXT}p", f"{_OFFICE_TEXT}h"}:
            yield "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    """Yield the words of one paragraph; one that is anchored in it (a text box) comes in its own turn."""
    yield element.text or ""
    for part in element:
        if part.tag in {f"{_OFFICE_TEXT}s", f"{_OFFICE_TEXT}tab", f"{_OFFICE_TEXT}line-break"}:
            yield " "
        elif part.tag not in {f"{_OFFICE_TEXT}p", f"{_OFFICE_TEXT}h"}:
            yield from _pieces(part)
        yield part.tail or ""


def plain(file: IO[bytes]) -> Iterator[str]:
    """Yield the lines of a text file."""
    for line in file:
        yield line.decode("utf-8-sig", "replace").rstrip("\r\n")


def _open_archive(file: IO[bytes]) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(file)
    if unpacks_beyond_reason(archive.infolist()):
        raise TooLargeError
    return archive


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from defusedxml.ElementTree import fromstring

    return fromstring(archive.read(name))


READERS: Final[dict[str, Callable[[IO[bytes]], Iterator[str]]]] = {
    "pdf": pdf,
    "docx": docx,
    "xlsx": xlsx,
    "pptx": pptx,
    "odt": odt,
    "csv": plain,
    "txt": plain,
}


def write(lines: Iterator[str], target: IO[bytes], most: int) -> None:
    """Write ``lines`` as they come; raises EnoughError after ``most`` bytes."""
    written = 0
    for line in lines:
        data = f"{line}\n".encode("utf-8", "ignore")[: most - written]
        target.write(data)
        target.flush()
        written += len(data)
        if written >= most:
            raise EnoughError


def read(extension: str, most: int) -> int:
    """Write the text of standard input to standard output and return the exit code."""
    try:
        write(READERS[extension](sys.stdin.buffer), sys.stdout.buffer, most)
    except EnoughError:
        return DONE
    except EncryptedError:
        return ENCRYPTED
    except (TooLargeError, MemoryError):
        return TOO_LARGE
    except Exception:  # noqa: BLE001 - a broken file makes other people's code raise anything
        return UNREADABLE
    return DONE


def main(arguments: list[str]) -> int:
    """Limit the process, then read."""
    extension, memory, cpu_seconds, most = arguments
    limit_this_process(int(memory), int(cpu_seconds))
    with contextlib.suppress(BrokenPipeError):
        return read(extension, int(most))
    return UNREADABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
