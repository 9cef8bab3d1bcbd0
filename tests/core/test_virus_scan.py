"""Uploads are shown to the virus scanner, held against a small daemon that speaks ClamAV's INSTREAM over TCP."""

import contextlib
import io
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.uploads import check_document, redraw_picture
from portal.settings.env import clamd_url

VIRUS = b"what the daemon knows for a virus"


def received_exactly(connection: socket.socket, number: int) -> bytes:
    data = b""
    while len(data) < number:
        piece = connection.recv(number - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return data


class Daemon(threading.Thread):
    """Takes one stream after another, and closes the connection over ``limit`` bytes like ClamAV does."""

    def __init__(self, listener: socket.socket, limit: int = 10_000_000) -> None:
        super().__init__(daemon=True)
        self.listener = listener
        self.limit = limit
        self.seen: list[bytes] = []

    def run(self) -> None:
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(ConnectionError):
                self.answer(connection)

    def answer(self, connection: socket.socket) -> None:
        assert received_exactly(connection, 10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", received_exactly(connection, 4))[0]:
            content += received_exactly(connection, length)
            if len(content) > self.limit:
                return
        self.seen.append(content)
        connection.sendall(b"stream: Test.Virus FOUND\0" if VIRUS in content else b"stream: OK\0")


@pytest.fixture
def daemon(settings: Any) -> Iterator[Daemon]:
    listener = socket.create_server(("127.0.0.1", 0))
    running = Daemon(listener)
    running.start()
    settings.CLAMD_URL = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    yield running
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    running.join(5)


def text(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("notes.txt", content)


def photo(rider: bytes = b"") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (4, 3)).save(target, "PNG")
    return SimpleUploadedFile("photo.png", target.getvalue() + rider)


def test_a_clean_file_is_seen_whole_and_taken(daemon: Daemon) -> None:
    content = b"clean " * 50_000
    file = text(content)
    check_document(file)
    assert daemon.seen == [content]
    assert file.read() == content


def test_a_virus_is_refused_by_its_name(daemon: Daemon) -> None:
    with pytest.raises(ValidationError, match=r"Test\.Virus"):
        check_document(text(b"before " + VIRUS))


def test_pictures_are_scanned_as_they_came(daemon: Daemon) -> None:
    redraw_picture(photo())
    with pytest.raises(ValidationError, match="virus"):
        redraw_picture(photo(VIRUS))


def test_a_stream_that_the_daemon_cuts_is_refused(daemon: Daemon) -> None:
    daemon.limit = 1000
    with pytest.raises(ValidationError, match="could not be checked"):
        check_document(text(b"large" * 400_000))


@pytest.mark.parametrize("reply", [b"", b"INSTREAM size limit exceeded. ERROR\0"], ids=["silence", "error"])
def test_an_answer_without_a_verdict_is_refused(daemon: Daemon, monkeypatch: pytest.MonkeyPatch, reply: bytes) -> None:
    answer: Callable[[socket.socket], None] = lambda connection: connection.sendall(reply)  # noqa: E731
    monkeypatch.setattr(daemon, "answer", answer)
    with pytest.raises(ValidationError, match="could not be checked"):
        check_document(text(b"clean"))


def test_without_the_daemon_nothing_is_taken(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings.CLAMD_URL = f"tcp://127.0.0.1:{port}"
    with pytest.raises(ValidationError, match="try again later"):
        check_document(text(b"clean"))


def test_a_daemon_that_never_answers_is_not_waited_for_for_ever(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.virus_scan.PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(ValidationError, match="could not be checked"):
            check_document(text(b"clean"))


def test_the_daemon_may_listen_on_a_path(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "clamd"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    Daemon(listener).start()
    settings.CLAMD_URL = f"unix://{path}"
    check_document(text(b"clean"))
    with pytest.raises(ValidationError, match="virus"):
        check_document(text(VIRUS))
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    settings.CLAMD_URL = f"unix://{path}-gone"
    with pytest.raises(ValidationError, match="could not be checked"):
        check_document(text(b"clean"))


def test_unset_means_not_scanned(settings: Any) -> None:
    assert settings.CLAMD_URL == ""
    check_document(text(VIRUS))


@pytest.mark.parametrize("url", ["http://clamd:3310", "tcp://", "unix://", "clamd:3310"])
def test_an_address_that_cannot_be_one_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CLAMD_URL"):
        clamd_url(url)
