"""`make run` serves the portal with its worker, and leaves nothing behind, however it is stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from portal.settings.env import VARIABLES
from tests.databases import place_migrated_database

pytestmark = [pytest.mark.slow, pytest.mark.once]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


def processes_of(marker: str) -> list[int]:
    """Return the processes whose environment holds ``marker``: the children, wherever they have gone."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@contextmanager
def running(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Run the portal with a folder of its own, already migrated, and kill whatever is left at the end."""
    place_migrated_database(folder / "portal.sqlite3")
    kept = {key: value for key, value in os.environ.items() if key not in {*VARIABLES, "DJANGO_SETTINGS_MODULE"}}
    environment = {**kept, "DEBUG": "on", "VAR_DIR": str(folder), "LOG_LEVEL": "WARNING", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_portal", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for number in processes_of(f"VAR_DIR={folder}"):
            os.kill(number, signal.SIGKILL)
        process.wait(timeout=10)


def fetch(port: int, path: str) -> tuple[int, str]:
    """Return status and text; whoever comes while the portal still starts waits in the queue of its socket."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return answer.status, answer.read().decode()


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_serves_and_every_process_ends_with_it(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    with running(tmp_path, port) as process:
        assert eventually(lambda: not is_free(port))
        status, page = fetch(port, "/en/")
        assert (status, "<h1" in page) == (200, True)
        assert fetch(port, "/static/portal/site.css")[0] == 200
        assert eventually(lambda: len(processes_of(f"VAR_DIR={tmp_path}")) >= 5)
        process.send_signal(number)
        process.wait(timeout=20)
        assert eventually(lambda: processes_of(f"VAR_DIR={tmp_path}") == [])
        assert is_free(port)
        assert process.stdout
        printed = process.stdout.read()
    assert f"http://localhost:{port}/" in printed
    assert "admin@portal.example" in printed
    assert settings.DEMO_PASSWORD in printed
    assert "Traceback" not in printed
    if number != signal.SIGKILL:
        assert process.returncode == 0


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with running(tmp_path, taken.getsockname()[1]) as process:
            printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert printed.startswith("CommandError: Port ")
    assert len(printed.splitlines()) == 1


def test_it_refuses_to_run_where_debug_is_off() -> None:
    environment = {**os.environ, "DEBUG": "off"}
    done = subprocess.run(
        [sys.executable, "manage.py", "run_portal"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "set DEBUG=on" in done.stderr
