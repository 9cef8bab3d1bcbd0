"""The node for development, tests and CI: it asks for passwords where told to, and never outlives its command."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from scripts.elasticsearch_distribution import VERSION, ElasticsearchMissingError, distribution
from scripts.elasticsearch_node import is_healthy, temporary_elasticsearch
from scripts.service_accounts import reachable_folder
from tests.conftest import missing
from tests.drills.test_run import eventually, free_port, is_free, processes_of

ROOT = Path(settings.BASE_DIR)
# One after the other: each node takes 0.8 GB of memory.
pytestmark = [pytest.mark.slow, pytest.mark.once, pytest.mark.xdist_group("elasticsearch-node")]


@pytest.fixture
def node_program() -> None:
    """Skip (in CI: fail) where no node can be started."""
    try:
        distribution()
    except ElasticsearchMissingError as problem:
        missing(f"Elasticsearch ({problem})")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that the accounts of servers can enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def status_of(address: str, path: str = "/_cluster/health", method: str = "GET", body: bytes | None = None) -> int:
    request = urllib.request.Request(address + path, data=body, method=method)
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def script(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"TEST_ELASTICSEARCH_URL", "PORTAL_CI"}}
    return subprocess.run(
        [sys.executable, f"scripts/{name}.py", *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def test_a_secure_node_asks_for_the_password(node_program: None) -> None:
    with temporary_elasticsearch(secure=True) as node:
        assert status_of(node.address) == 401
        assert not is_healthy(node.url.replace(node.password, "wrong"))
        assert is_healthy(node.url)
        folder = node.folder
    assert is_free(node.port)
    assert not folder.exists()


def test_a_node_can_be_frozen_and_keeps_its_data_when_stopped(node_program: None) -> None:
    with temporary_elasticsearch() as node:
        assert status_of(node.url, "/kept/_doc/1?refresh=true", "PUT", b'{"word": "kept"}') == 201
        node.pause()
        with pytest.raises(TimeoutError), urllib.request.urlopen(f"{node.url}/kept/_doc/1", timeout=1):
            pass
        node.resume()
        assert status_of(node.url, "/kept/_doc/1") == 200
        node.stop()
        assert is_free(node.port)
        with pytest.raises(RuntimeError):
            assert node.pid
        node.start_again()
        assert status_of(node.url, "/kept/_doc/1") == 200


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
def test_the_node_of_the_command_ends_when_the_command_is_killed(node_program: None, open_folder: Path) -> None:
    port = free_port()
    options = ("--port", str(port))
    environment = {"VAR_DIR": str(open_folder)}
    assert script("elasticsearch", "status", *options, **environment).returncode == 3
    with subprocess.Popen(
        [sys.executable, "scripts/elasticsearch.py", "start", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as command:
        try:
            assert command.stdout
            assert command.stdout.readline() == f"ELASTICSEARCH_URL=http://127.0.0.1:{port}\n"
            told = script("elasticsearch", "status", *options, **environment)
            assert told.returncode == 0
            assert f"Process {command.pid}, ready." in told.stdout
            second = script("elasticsearch", "start", *options, **environment)
            assert second.returncode == 1
            assert f"A node runs already on port {port} (process {command.pid})" in second.stderr
        finally:
            command.send_signal(signal.SIGKILL)
    assert eventually(lambda: is_free(port) and not processes_of(f"ES_PATH_CONF={open_folder}"))
    assert "No node runs" in script("elasticsearch", "stop", *options, **environment).stdout


def test_stop_ends_the_node_of_the_command(node_program: None, open_folder: Path) -> None:
    options = ("--port", str(free_port()))
    environment = {"VAR_DIR": str(open_folder)}
    with subprocess.Popen(
        [sys.executable, "scripts/elasticsearch.py", "start", "--secure", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as command:
        try:
            assert command.stdout
            url = command.stdout.readline().strip().removeprefix("ELASTICSEARCH_URL=")
            assert re.match(r"http://elastic:[0-9a-f]{32}@127\.0\.0\.1:", url)
            assert is_healthy(url)
            assert script("elasticsearch", "stop", *options, **environment).stdout == "Stopped.\n"
            assert command.wait(10) == 0
        finally:
            command.kill()
    assert not is_healthy(url)


@pytest.mark.parametrize(
    ("options", "environment", "code"),
    [(["--if-possible"], {}, 0), (["--if-possible"], {"PORTAL_CI": "1"}, 1), ([], {}, 1)],
)
def test_tests_run_without_a_node_only_where_that_is_allowed(
    options: list[str], environment: dict[str, str], code: int, tmp_path: Path
) -> None:
    done = script("with_elasticsearch", *options, "/bin/echo", "ran", PATH=str(tmp_path), JAVA_HOME="", **environment)
    assert done.returncode == code
    assert done.stdout == ("" if code else "ran\n")
    assert "Missing: Java 17 or newer" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_node_that_is_named_is_used(tmp_path: Path) -> None:
    command = ("/bin/sh", "-c", "echo $TEST_ELASTICSEARCH_URL; exit 7")
    url = "http://search.example:9200"
    done = script("with_elasticsearch", *command, PATH=str(tmp_path), TEST_ELASTICSEARCH_URL=url)
    assert (done.stdout, done.returncode) == (f"{url}\n", 7)


def test_one_version_is_named_everywhere() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert compose["services"]["elasticsearch"]["image"] == f"elasticsearch:{VERSION}"
    assert VERSION in (ROOT / "docs" / "operators.md").read_text()


def test_a_server_gets_a_folder_that_its_account_can_enter(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    wanted = tmp_path / "services"
    if os.geteuid() != 0:
        assert reachable_folder(wanted, "nobody") == wanted
        return
    found = reachable_folder(wanted, "nobody")
    assert found != wanted
    assert found == reachable_folder(wanted, "nobody")
    assert found.stat().st_mode & 0o777 == 0o755
    found.rmdir()
