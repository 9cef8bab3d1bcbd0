"""Gets the text out of an uploaded file, for search and for whoever cannot open it.

Other people's files are read by ``core.extraction_child``, a process of its own with limits on memory, time and files,
without the portal's settings in its environment; this side holds a clock, takes so much and no more, and never raises.
"""

import contextlib
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core import extraction_child as child

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class TextProblem(TextChoices):
    """Why a file's text could not be read, or not to its end."""

    NO_TEXT = "no-text", _("No text was found. Is it a scan? Then a version with text in it helps more people.")
    UNREADABLE = "unreadable", _("The file is damaged or not what it says; its text could not be read.")
    ENCRYPTED = "encrypted", _("The file asks for a password; its text could not be read.")
    TOO_LARGE = "too-large", _("The file unpacks to too much; its text could not be read to the end.")
    TOO_SLOW = "too-slow", _("The file takes too long to read; its text could not be read to the end.")
    UNSUPPORTED = "unsupported", _("Text cannot be read from files of this kind.")
    MISSING = "missing", _("The file is not where it should be.")


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost."""

    memory: int = 1024 * 1024 * 1024
    cpu_seconds: int = 20
    seconds: float = 30.0
    largest_text: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Extraction:
    """The text of a file, as far as it could be read, and what was in the way (a ``TextProblem``, or empty)."""

    text: str
    problem: str = ""

    @property
    def message(self) -> "str | _StrPromise":
        """The problem in the reader's language, or an empty text."""
        return TextProblem(self.problem).label if self.problem else ""


LIMITS: Final = Limits()
_PROBLEMS: Final = {
    child.UNREADABLE: TextProblem.UNREADABLE,
    child.ENCRYPTED: TextProblem.ENCRYPTED,
    child.TOO_LARGE: TextProblem.TOO_LARGE,
    -signal.SIGXCPU: TextProblem.TOO_SLOW,
    # The system's answer to too much time or memory, where it does not ask first.
    -signal.SIGKILL: TextProblem.TOO_SLOW,
}
# PostgreSQL takes no NUL, and no page wants the others.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANK_LINES: Final = re.compile(r"\n\s*\n+")


def extract_text(path: Path, extension: str, limits: Limits = LIMITS) -> Extraction:
    """Return the text of the file at ``path``, read as ``extension`` ("pdf"); never raises for what the file is."""
    if extension not in child.READERS:
        return Extraction("", TextProblem.UNSUPPORTED)
    try:
        with path.open("rb") as file, _started(file.fileno(), extension, limits) as process:
            output, problem = _watched(process, limits)
    except FileNotFoundError:
        return Extraction("", TextProblem.MISSING)
    except OSError:
        return Extraction("", TextProblem.UNREADABLE)
    text = _BLANK_LINES.sub("\n\n", _CONTROL.sub(" ", output.decode("utf-8", "ignore"))).strip()
    return Extraction(text, problem or ("" if text else TextProblem.NO_TEXT))


def _command(extension: str, limits: Limits) -> list[str]:
    numbers = (limits.memory, limits.cpu_seconds, limits.largest_text)
    return [sys.executable, "-B", "-m", "core.extraction_child", extension, *map(str, numbers)]


def _started(file: int, extension: str, limits: Limits) -> "subprocess.Popen[bytes]":
    # Its own session, to be ended with all it may have started; nothing of the portal's environment, which has secrets.
    return subprocess.Popen(  # noqa: S603 - this interpreter and a module of ours
        _command(extension, limits),
        cwd=settings.BASE_DIR,
        env={"LC_ALL": "C.UTF-8"},
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _watched(process: "subprocess.Popen[bytes]", limits: Limits) -> tuple[bytes, str]:
    """Return what the process wrote until it ended, had written enough, or was ended for taking too long."""
    deadline = time.monotonic() + limits.seconds
    try:
        output, ended = _output(process, deadline, limits.largest_text)
        if not ended:
            return output, "" if len(output) >= limits.largest_text else TextProblem.TOO_SLOW
        code = process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return output, TextProblem.TOO_SLOW
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return output, "" if code == child.DONE else _PROBLEMS.get(code, TextProblem.UNREADABLE)


def _output(process: "subprocess.Popen[bytes]", deadline: float, most: int) -> tuple[bytes, bool]:
    """Return at most ``most`` bytes of output, and whether it came to its end before the deadline."""
    output = bytearray()
    handle = process.stdout.fileno() if process.stdout is not None else -1
    with selectors.DefaultSelector() as selector:
        selector.register(handle, selectors.EVENT_READ)
        while len(output) < most:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return bytes(output), False
            piece = os.read(handle, min(65536, most - len(output)))
            if not piece:
                return bytes(output), True
            output += piece
    return bytes(output), False
