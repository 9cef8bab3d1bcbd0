"""Asks ClamAV about an upload, where the operator has set one up (``CLAMD_URL``).

The daemon's INSTREAM command takes the content in pieces, each behind its length, and answers in one line. Over its own
limit of size it closes the connection: like a daemon that does not answer, that counts as not scanned, and what was
not scanned is not taken.
"""

import logging
import socket
import struct
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

#: Seconds that one step (connecting, sending a piece, the answer) may take.
PATIENCE: Final = 20.0
PIECE: Final = 64 * 1024
LONGEST_ANSWER: Final = 4096

logger = logging.getLogger(__name__)


class NotScannedError(Exception):
    """The daemon gave no verdict."""


def scan(upload: "UploadedFile[Any]") -> None:
    """Do nothing when ``upload`` is clean or no scanner is set up.

    Raises ValidationError when something was found in it, and when it could not be checked.
    """
    if not settings.CLAMD_URL:
        return
    try:
        found = _ask(upload)
    except (OSError, NotScannedError) as error:
        logger.warning("An upload could not be checked for viruses: %s", error)
        raise ValidationError(
            _("This file could not be checked for viruses just now, so it was not taken. Please try again later.")
        ) from error
    if found:
        logger.warning("An upload was refused: %s", found)
        raise ValidationError(_("A virus was found in this file (%(name)s); it was not taken.") % {"name": found})


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(PATIENCE)
        try:
            connection.connect(unquote(parts.path))
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=PATIENCE)


def _ask(upload: "UploadedFile[Any]") -> str:
    """Return the name of what was found in ``upload``, or an empty text. Raises OSError or NotScannedError."""
    upload.seek(0)
    with _connect(settings.CLAMD_URL) as connection:
        connection.sendall(b"zINSTREAM\0")
        while piece := upload.read(PIECE):
            connection.sendall(struct.pack("!I", len(piece)) + piece)
        connection.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            received = connection.recv(LONGEST_ANSWER)
            if not received:
                break
            answer += received
    upload.seek(0)
    verdict = answer.rstrip(b"\0\n").decode("utf-8", "replace").removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")[:100]
    raise NotScannedError(verdict[:200] or "no answer")
