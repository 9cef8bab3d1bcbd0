"""The commands in Dockerfile and compose.yaml are run here, for no container engine runs in CI."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.databases import place_migrated_database
from tests.drills.test_run import eventually, free_port

pytestmark = pytest.mark.once
ROOT = Path(settings.BASE_DIR)
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
BIN = Path(sys.executable).parent


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """The environment of a portal in production, with its services in files."""
    place_migrated_database(tmp_path / "portal.sqlite3")
    kept = {key: value for key, value in os.environ.items() if key not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}}
    return {
        **kept,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "DEBUG": "off",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "portal.example",
        "BASE_URL": "https://portal.example",
        "CACHE_URL": f"file://{tmp_path}/cache",
        "CELERY_BROKER_URL": "filesystem://localhost",
        "STATIC_ROOT": str(tmp_path / "static"),
        "VAR_DIR": str(tmp_path),
        "SECURE_PROXY": "on",
        "LOG_LEVEL": "INFO",
    }


def command_of(service: str) -> list[str]:
    command: list[str] = COMPOSE["services"][service]["command"]
    return command


def image_command() -> list[str]:
    command: list[str] = json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[-1])
    return command


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_only_known_variables_are_set_in_the_containers() -> None:
    from portal.settings.env import VARIABLES

    assert set(COMPOSE["x-portal"]["environment"]) <= set(VARIABLES)
    assert COMPOSE["services"]["elasticsearch"]["image"] == "elasticsearch:8.19.3"
    assert "\nUSER 10001\n" in DOCKERFILE


def test_the_build_copies_all_that_the_portal_is_made_of() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    own = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert own | {"locale", "manage.py", "requirements.txt", "scripts/healthcheck.py"} <= allowed
    assert all((ROOT / name).exists() for name in allowed)


@pytest.mark.slow
def test_the_commands_of_the_build_work(production: dict[str, str], tmp_path: Path) -> None:
    text = DOCKERFILE.replace("\\\n", " ")
    built = [shlex.split(found) for found in re.findall(r"python (manage\.py [^&\n]+)", text)]
    assert [command[1] for command in built] == ["compile_catalogues", "collectstatic"]
    for command in built:
        run(["python", *command], production)
    assert (tmp_path / "static" / "staticfiles.json").exists()


@pytest.mark.slow
def test_web_migration_and_health_check_work(production: dict[str, str]) -> None:
    run(["python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], production)
    run(command_of("migrate"), production)
    port = free_port()
    command = [part.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for part in image_command()]
    with subprocess.Popen(
        command, cwd=ROOT, env=production, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as web:
        try:
            check = json.loads(re.findall(r"CMD (\[.*healthz.*\])$", DOCKERFILE, re.MULTILINE)[0])
            check[-1] = check[-1].replace("8000", str(port))
            assert eventually(
                lambda: (
                    subprocess.run(check, cwd=ROOT, env=production, capture_output=True, check=False).returncode == 0
                )
            )
            headers = {"Host": "portal.example", "X-Forwarded-Proto": "https"}
            request = urllib.request.Request(f"http://127.0.0.1:{port}/admin/login/", headers=headers)
            with urllib.request.urlopen(request, timeout=30) as answer:
                assert answer.status == 200
                assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
                assert "Secure" in answer.headers["Set-Cookie"]
        finally:
            web.send_signal(signal.SIGTERM)


@pytest.mark.slow
def test_beat_starts_and_the_worker_does_what_is_sent(production: dict[str, str], tmp_path: Path) -> None:
    """Both start with the commands of compose.yaml; what one process sends, the worker does."""
    messages = tmp_path / "queue" / "messages"
    run(["python", "manage.py", "check"], production)
    with subprocess.Popen(command_of("beat"), cwd=ROOT, env=production, stderr=subprocess.DEVNULL) as beat:
        try:
            assert eventually(lambda: (tmp_path / "beat-schedule").exists() or any(tmp_path.glob("beat-schedule*")))
        finally:
            beat.send_signal(signal.SIGTERM)
    send = "from content.tasks import publish_scheduled; publish_scheduled.delay()"
    run(["python", "manage.py", "shell", "-c", send], production)
    assert any(messages.iterdir())
    log = tmp_path / "worker.log"
    with (
        log.open("w") as target,
        subprocess.Popen(command_of("worker"), cwd=ROOT, env=production, stdout=target, stderr=target) as worker,
    ):
        try:
            assert eventually(
                lambda: "content.tasks.publish_scheduled" in log.read_text() and "succeeded" in log.read_text()
            ), log.read_text()
        finally:
            worker.send_signal(signal.SIGTERM)
            time.sleep(0.1)
