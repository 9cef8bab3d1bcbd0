"""One Elasticsearch node on the loopback interface, with a folder of its own; ends with the process that started it."""

import base64
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from scripts.elasticsearch_distribution import ACCOUNT, ElasticsearchMissingError, distribution, java_home
from scripts.service_accounts import as_account, free_port, give_to, is_free
from scripts.supervising import GuardedProcess, wait_for

USER: Final = "elastic"
START_SECONDS: Final = 120
# Unknown settings stop a node, and this distribution has few modules: nothing about geoip or machine learning here.
SETTINGS: Final = """\
cluster.name: portal-{port}
node.name: portal-{port}
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: 0
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: {secure}
# A developer's full disk must not turn indices read-only.
cluster.routing.allocation.disk.threshold_enabled: false
"""
JVM_OPTIONS: Final = "-Xms512m\n-Xmx512m\n-XX:+UseG1GC\n-XX:+ExitOnOutOfMemoryError\n-Djava.io.tmpdir=${ES_TMPDIR}\n"
LOGGING: Final = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


def is_healthy(url: str) -> bool:
    """Tell whether the node at ``url``, which may hold user and password, answers that its cluster serves."""
    parts = urlsplit(url)
    request = urllib.request.Request(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/_cluster/health")  # noqa: S310 - the tests' own server
    if parts.username:
        token = base64.b64encode(f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    try:
        # A proxy for the world outside has no business here.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=5) as answer:
            return bool(json.load(answer)["status"] in {"green", "yellow"})
    except (OSError, HTTPException, ValueError):
        return False


class Node:
    """A node in ``folder`` on ``port``; its data stays in the folder between ``stop`` and ``start_again``.

    ``address`` is where it listens, ``url`` the same with user and password where security is on. With ``temporary``
    the folder goes when this process is killed.
    """

    def __init__(self, folder: Path, port: int, password: str = "", *, temporary: bool = False) -> None:
        self.folder = folder
        self.port = port
        self.password = password
        self.address = f"http://127.0.0.1:{port}"
        self.url = f"http://{USER}:{password}@127.0.0.1:{port}" if password else self.address
        self.log = folder / "output.log"
        self._temporary = temporary
        self._process: GuardedProcess | None = None

    @property
    def pid(self) -> int:
        """The number of the server's process, the one that answers. Raises RuntimeError when it does not run."""
        try:
            return int((self.folder / "pid").read_text())
        except (FileNotFoundError, ValueError):
            message = "The Elasticsearch node does not run."
            raise RuntimeError(message) from None

    def start_again(self, *, wait: bool = True) -> None:
        """Start the node with the data it has, and wait until it answers; one that runs is left as it is.

        Raises ElasticsearchMissingError when it can't be started, or ends by itself.
        """
        if self.is_running():
            return
        home = distribution()
        self._prepare(home)
        self._process = GuardedProcess(
            [home / "bin" / "elasticsearch", "--pidfile", self.folder / "pid"],
            account=ACCOUNT,
            folder=self.folder,
            output=self.log,
            environment=self._environment(),
            discard=self.folder if self._temporary else None,
        )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Return when the node answers; raises ElasticsearchMissingError with its last words when it does not."""
        if wait_for(lambda: self.is_healthy() or not self.is_running(), seconds) and self.is_running():
            return
        last = "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-15:])
        self.kill()
        message = f"The Elasticsearch node did not start. Its last words ({self.log}):\n{last}"
        raise ElasticsearchMissingError(message)

    def is_running(self) -> bool:
        """Tell whether the process runs, be it ready or paused."""
        return self._process is not None and self._process.is_running()

    def is_healthy(self) -> bool:
        """Tell whether the node answers that its cluster serves."""
        return is_healthy(self.url)

    def pause(self) -> None:
        """Freeze the node: it accepts connections and answers nothing."""
        if self._process:
            self._process.signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen node go on."""
        if self._process:
            self._process.signal_group(signal.SIGCONT)

    def stop(self) -> None:
        """End the node in order, paused or not; nothing listens on its port afterwards."""
        self.resume()
        if self._process:
            # The server, not its launcher: that one would leave first, and does not wait.
            with suppress(RuntimeError):
                self._process.stop(self.pid)
        self.kill()

    def kill(self) -> None:
        """End the node at once, as a power cut would."""
        if self._process:
            self._process.kill()
            self._process = None
            # The server is the launcher's child: the system takes a moment to end it.
            wait_for(lambda: is_free(self.port), 10)
        (self.folder / "pid").unlink(missing_ok=True)

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": folder,
            "ES_JAVA_HOME": str(java_home()),
            "ES_PATH_CONF": f"{folder}/config",
            "ES_TMPDIR": str(self.folder / "tmp"),
        }

    def _prepare(self, home: Path) -> None:
        """Write the node's settings; make its password known to it."""
        for name in (".", "config", "data", "logs", "tmp"):
            give_to(ACCOUNT, self.folder / name)
        config = self.folder / "config"
        secure = "true" if self.password else "false"
        (config / "elasticsearch.yml").write_text(
            SETTINGS.format(port=self.port, folder=self.folder, secure=secure), "utf-8"
        )
        (config / "jvm.options").write_text(JVM_OPTIONS, "utf-8")
        (config / "log4j2.properties").write_text(LOGGING, "utf-8")
        if self.password and not (config / "elasticsearch.keystore").exists():
            self._keystore(home, "create")
            self._keystore(home, "add", "--stdin", "bootstrap.password", text=self.password)

    def _keystore(self, home: Path, *arguments: str, text: str = "") -> None:
        subprocess.run(
            [home / "bin" / "elasticsearch-keystore", *arguments],
            env=self._environment(),
            cwd=self.folder,
            input=text.encode(),
            capture_output=True,
            check=True,
            **as_account(ACCOUNT),
        )


@contextmanager
def temporary_elasticsearch(*, secure: bool = False, port: int | None = None, wait: bool = True) -> Iterator[Node]:
    """Start a node with temporary data on ``port``, or a free one; yield it, and end it.

    With ``wait=False`` it is yielded while it still starts. Raises ElasticsearchMissingError when none can run here.
    """
    distribution()
    folder = Path(tempfile.mkdtemp(prefix="portal-elasticsearch-"))
    try:
        node = Node(folder, port or free_port(), secrets.token_hex(16) if secure else "", temporary=True)
        try:
            node.start_again(wait=wait)
            yield node
        finally:
            node.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
