"""Run a command with TEST_ELASTICSEARCH_URL naming an Elasticsearch node of its own, which ends with the command.

Usage: python scripts/with_elasticsearch.py [--if-possible] COMMAND [ARGUMENT…]. With --if-possible (`make test`) the
command starts at once, while the node starts beside it, and runs without a node where none can be had; not so in CI.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from scripts.elasticsearch_distribution import (  # noqa: E402 - the scripts are no package of the portal
    FOLDER_VARIABLE,
    ElasticsearchMissingError,
    distribution_folder,
)
from scripts.elasticsearch_node import temporary_elasticsearch  # noqa: E402

VARIABLE = "TEST_ELASTICSEARCH_URL"


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run ``command`` and return its exit code; Ctrl-C is the command's business, which may have last words."""
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        return process.wait()


def main() -> int:
    """Run the command given as arguments and return its exit code."""
    command = sys.argv[1:]
    if_possible = command[:1] == ["--if-possible"]
    if if_possible:
        command = command[1:]
    if os.environ.get(VARIABLE, "").strip():
        return run(command, {})
    try:
        with temporary_elasticsearch(wait=not if_possible) as node:
            return run(command, {VARIABLE: node.url, FOLDER_VARIABLE: str(distribution_folder())})
    except ElasticsearchMissingError as problem:
        if not if_possible or os.environ.get("PORTAL_CI") == "1":
            print(problem, file=sys.stderr)
            return 1
        print(f"The tests that need Elasticsearch are skipped. {problem}", file=sys.stderr)
        return run(command, {})


if __name__ == "__main__":
    sys.exit(main())
