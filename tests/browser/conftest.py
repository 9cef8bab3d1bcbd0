"""The portal as visitors get it, served for the browser tests: production settings, hashed files, demo content."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing
from tests.databases import place_migrated_database

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EDITOR = ("editor@tests.example", "a-long-password-for-tests")
MAKE_EDITOR = f"""
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from accounts.models import User
editor = User.objects.create_user({EDITOR[0]!r}, {EDITOR[1]!r})
editor.groups.add(Group.objects.get(name="editor"))
EmailAddress.objects.create(user=editor, email=editor.email, verified=True, primary=True)
TOTP.activate(editor, generate_totp_secret())
"""
OPEN_SESSION = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accounts.models import User
person = User.objects.get(email={email!r})
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.create()
print("session:" + session.session_key)
"""


class Site:
    """A running portal."""

    def __init__(self, base: str, environment: dict[str, str]) -> None:
        self.base = base
        self.environment = environment

    def manage(self, *arguments: str) -> str:
        """Run a management command on the portal's own database and return what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fetch(self, path: str) -> str:
        """Return the HTML at ``path``, whatever the status."""
        try:
            with urllib.request.urlopen(self.base + path) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return error.read().decode()


def sign_in(site: Site, context: Any, email: str = EDITOR[0]) -> None:
    """Give the window ``context`` a session of the person with that address, past password and second factor."""
    printed = site.manage("shell", "--verbosity", "0", "-c", OPEN_SESSION.format(email=email))
    key = printed.partition("session:")[2].strip()
    context.add_cookies([{"name": "sessionid", "value": key, "url": site.base}])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _attempt in range(150):
        assert process.poll() is None, "the server ended at once"
        try:
            urllib.request.urlopen(address).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not answer within 30 seconds")


def environment_of(folder: Path, port: int) -> dict[str, str]:
    """Return the environment of a portal of its own in ``folder``, with production settings."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "COV_", "PYTEST_"))},
        "DEBUG": "off",
        "SECRET_KEY": "browser-tests-" + "x" * 50,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "CACHE_URL": f"file://{folder}/cache",
        "CELERY_BROKER_URL": "filesystem://localhost",
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def serve(prepared: Site) -> Iterator[Site]:
    """Serve a prepared portal with gunicorn, as in production."""
    host = prepared.base.removeprefix("http://")
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--bind", host]
    command += ["--workers", "2", "--limit-request-line", "8190", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=ROOT, env=prepared.environment)
    try:
        _wait_for(f"{prepared.base}/readyz", process)
        yield prepared
    finally:
        process.terminate()
        process.wait(timeout=20)


def prepare(folder: Path) -> Site:
    """Return a portal of its own with an empty database and hashed files."""
    port = free_port()
    prepared = Site(f"http://127.0.0.1:{port}", environment_of(folder, port))
    place_migrated_database(folder / "site.sqlite3")
    prepared.manage("collectstatic", "--noinput", "--verbosity", "0")
    return prepared


def _demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the demo content, loaded by the first process of the run that asks, under a lock."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / "demo"
    with (root / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            prepared = prepare(folder)
            prepared.manage("load_demo", "--verbosity", "0")
            prepared.manage("shell", "--verbosity", "0", "-c", MAKE_EDITOR)
            (folder / "ready").touch()
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve demo content of this process's own until its last browser test has run."""
    folder, port = tmp_path_factory.mktemp("site"), free_port()
    shutil.copytree(_demo(tmp_path_factory), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("cache"))
    with serve(Site(f"http://127.0.0.1:{port}", environment_of(folder, port))) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start the system's Chromium once."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()
