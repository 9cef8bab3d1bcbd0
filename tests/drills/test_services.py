"""`make services` runs what production has, and says what is missing."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from django.conf import settings

from scripts.elasticsearch_node import is_healthy
from tests.conftest import missing
from tests.drills.test_elasticsearch_node import node_program, open_folder
from tests.drills.test_run import eventually, free_port, is_free

__all__ = ["node_program", "open_folder"]

pytestmark = [pytest.mark.slow, pytest.mark.once, pytest.mark.xdist_group("elasticsearch-node")]


def test_the_three_services_run_and_end_together(node_program: None, open_folder: Path) -> None:
    if shutil.which("redis-server") is None or not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        missing("redis-server and PostgreSQL's server programs")
    ports = {name: free_port() for name in ("postgresql", "redis", "elasticsearch")}
    options = [part for name, port in ports.items() for part in (f"--{name}-port", str(port))]
    with subprocess.Popen(
        [sys.executable, "scripts/services.py", *options],
        cwd=settings.BASE_DIR,
        env={**os.environ, "VAR_DIR": str(open_folder)},
        stdout=subprocess.PIPE,
        text=True,
    ) as command:
        try:
            assert command.stdout
            lines = [command.stdout.readline().strip().removeprefix("export ").split("=", 1) for _ in range(4)]
            addresses = dict(lines)
            assert list(addresses) == ["DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL", "ELASTICSEARCH_URL"]
            assert is_healthy(addresses["ELASTICSEARCH_URL"])
            with redis.Redis.from_url(addresses["CACHE_URL"]) as client:
                assert client.ping()
            asked = subprocess.run(
                [sys.executable, "manage.py", "check", "--database", "default"],
                cwd=settings.BASE_DIR,
                env={**os.environ, **addresses, "DEBUG": "on", "DJANGO_SETTINGS_MODULE": "portal.settings"},
                check=False,
                timeout=120,
            )
            assert asked.returncode == 0
            command.send_signal(signal.SIGINT)
            assert command.wait(60) == 0
        finally:
            command.kill()
    assert eventually(lambda: all(is_free(port) for port in ports.values()))


def test_all_that_is_missing_is_said_at_once(open_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "scripts/services.py"],
        cwd=settings.BASE_DIR,
        env={"PATH": str(open_folder), "VAR_DIR": str(open_folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Missing: Redis" in done.stderr
    assert "Missing: Java 17 or newer" in done.stderr
    assert "Traceback" not in done.stderr
