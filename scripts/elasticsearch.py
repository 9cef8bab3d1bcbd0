"""A real Elasticsearch node for development: `make elasticsearch`, `make elasticsearch-stop`.

Usage: python scripts/elasticsearch.py start|stop|status [--port 9200] [--secure]. ``start`` stays in the foreground
until Ctrl-C, the end of its parent, or ``stop``. The data survives a restart; VAR_DIR chooses the folder.
"""

import argparse
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# In the place of this folder, in which this file would pass for the package of the same name.
sys.path[0] = str(ROOT)

from scripts.elasticsearch_distribution import (  # noqa: E402 - the scripts are no package of the portal
    ElasticsearchMissingError,
    node_readable,
)
from scripts.elasticsearch_node import Node  # noqa: E402
from scripts.service_accounts import is_free, var_folder  # noqa: E402
from scripts.supervising import (  # noqa: E402
    PATIENCE_SECONDS,
    RunningError,
    holding,
    ignore_stop_signals,
    until_told_to_stop,
)

NOT_RUNNING = 3


def node_folder(port: int) -> Path:
    """Return the folder of the node on ``port``."""
    return node_readable(var_folder() / "elasticsearch") / f"node-{port}"


def start(port: int, *, secure: bool) -> int:
    """Run the node until told to stop; return the exit code."""
    folder = node_folder(port)
    try:
        with until_told_to_stop() as goes_on, holding(folder):
            if not is_free(port):
                message = f"Port {port} is taken: choose another (make elasticsearch ELASTICSEARCH_PORT=…)."
                raise ElasticsearchMissingError(message)
            return _serve(Node(folder, port, _password(folder) if secure else ""), goes_on)
    except RunningError as running:
        message = f"A node runs already on port {port} (process {running}); make elasticsearch-stop ends it."
        raise ElasticsearchMissingError(message) from None
    return 0


def _serve(node: Node, goes_on: Callable[[], bool]) -> int:
    try:
        node.start_again()
        print(f"ELASTICSEARCH_URL={node.url}", flush=True)
        while node.is_running() and goes_on():
            time.sleep(0.5)
        if node.is_running():
            return 0
        print(f"The node ended by itself; see {node.log}.", file=sys.stderr)
        return 1
    finally:
        ignore_stop_signals()
        node.stop()


def stop(port: int) -> int:
    """End the node that runs on ``port``, and wait for its end; return the exit code."""
    folder = node_folder(port)
    deadline = time.monotonic() + PATIENCE_SECONDS + 10
    asked = False
    while time.monotonic() < deadline:
        try:
            with holding(folder):
                print("Stopped." if asked else f"No node runs on port {port}.")
                return 0
        except RunningError as running:
            if not asked and str(running).isdigit():
                os.kill(int(str(running)), signal.SIGTERM)
                asked = True
            time.sleep(0.2)
    print(f"The node on port {port} does not end.", file=sys.stderr)
    return 1


def status(port: int) -> int:
    """Say whether a node runs on ``port``; return 0 if so, else 3."""
    folder = node_folder(port)
    try:
        with holding(folder):
            print(f"No node runs on port {port}.")
            return NOT_RUNNING
    except RunningError as running:
        secure = (folder / "config" / "elasticsearch.yml").read_text("utf-8").find("security.enabled: true") > 0
        node = Node(folder, port, _password(folder) if secure else "")
        print(f"ELASTICSEARCH_URL={node.url}\nProcess {running}, {'ready' if node.is_healthy() else 'not ready'}.")
        return 0


def _password(folder: Path) -> str:
    """Return the password of the node in ``folder``, made once: it stays in the node's keystore."""
    file = folder / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16), "utf-8")
    return file.read_text("utf-8").strip()


def main() -> int:
    """Do what the arguments ask and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("action", choices=("start", "stop", "status"))
    parser.add_argument("--port", type=int, default=9200)
    parser.add_argument("--secure", action="store_true", help="ask for user and password (basic authentication)")
    options = parser.parse_args()
    try:
        if options.action == "start":
            return start(options.port, secure=options.secure)
        return stop(options.port) if options.action == "stop" else status(options.port)
    except ElasticsearchMissingError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
