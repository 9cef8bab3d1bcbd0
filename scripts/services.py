"""PostgreSQL, Redis and Elasticsearch as in production, on the loopback interface: `make services`.

Runs in the foreground until Ctrl-C, and prints the settings with which the portal uses them. The data lies under
``services`` in VAR_DIR and survives a restart.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
# In the place of this folder, in which elasticsearch.py would pass for the package of the same name.
sys.path[0] = str(ROOT)

from scripts.elasticsearch_distribution import (  # noqa: E402 - the scripts are no package of the portal
    ElasticsearchMissingError,
    distribution,
    node_readable,
)
from scripts.elasticsearch_node import Node  # noqa: E402
from scripts.service_accounts import (  # noqa: E402
    as_account,
    ensure_account,
    give_to,
    is_free,
    var_folder,
)
from scripts.supervising import (  # noqa: E402
    GuardedProcess,
    RunningError,
    holding,
    ignore_stop_signals,
    until_told_to_stop,
    wait_for,
)
from scripts.with_postgres import SERVER_USER, programs  # noqa: E402

REDIS_USER: Final = "redis"
# As in compose.yaml: the database is the truth, so nothing of the queue is written to disk.
REDIS_OPTIONS: Final = ("--save", "", "--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru")


class ServiceError(Exception):
    """The services can't run; the text names every reason and its remedy, a line each."""


def missing(ports: dict[str, int]) -> list[str]:
    """Return a line for each thing that is missing."""
    found = [
        f"Port {port} for {name} is taken: choose another (--{name.lower()}-port)."
        for name, port in ports.items()
        if not is_free(port)
    ]
    if shutil.which("redis-server") is None:
        found.append("Missing: Redis (on Debian and Ubuntu: apt install redis-server).")
    try:
        programs()
        ensure_account(SERVER_USER)
        ensure_account(REDIS_USER)
    except (FileNotFoundError, LookupError) as problem:
        found.append(str(problem))
    try:
        distribution()
    except ElasticsearchMissingError as problem:
        found.append(str(problem))
    return found


def start_postgres(folder: Path, port: int) -> GuardedProcess:
    """Start PostgreSQL with its data in ``folder`` and a database for the portal; raises ServiceError."""
    tools = programs()
    give_to(SERVER_USER, folder)
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        options = ("--username", "portal", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8")
        subprocess.run(
            [tools / "initdb", "--pgdata", data, *options],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            **as_account(SERVER_USER),
        )
    # The socket's path must be short, which the folder may not be: loopback is enough.
    command: list[str | Path] = [tools / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", ""]
    server = GuardedProcess(command, account=SERVER_USER, folder=folder, output=folder / "output.log")
    create: list[str | Path] = [
        tools / "createdb",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--username",
        "portal",
        "portal",
    ]

    def has_database() -> bool:
        done = subprocess.run(create, check=False, capture_output=True, text=True)
        return done.returncode == 0 or "already exists" in done.stderr

    return _ready(server, "PostgreSQL", has_database, folder)


def start_redis(folder: Path, port: int) -> GuardedProcess:
    """Start Redis; raises ServiceError."""
    give_to(REDIS_USER, folder)
    command: list[str | Path] = [
        "redis-server",
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--dir",
        folder,
        *REDIS_OPTIONS,
    ]
    server = GuardedProcess(command, account=REDIS_USER, folder=folder, output=folder / "output.log")
    return _ready(server, "Redis", lambda: not is_free(port), folder)


def _ready(server: GuardedProcess, name: str, holds: Callable[[], bool], folder: Path) -> GuardedProcess:
    if wait_for(lambda: not server.is_running() or holds(), 60) and server.is_running():
        return server
    server.kill()
    last = "\n".join((folder / "output.log").read_text("utf-8", "replace").splitlines()[-10:])
    message = f"{name} did not start:\n{last}"
    raise ServiceError(message)


def serve(ports: dict[str, int]) -> int:
    """Run the three until told to stop; return the exit code. Raises ServiceError when they can't run."""
    with until_told_to_stop() as goes_on:
        # Whatever the accounts of the other two may enter, this one may as well.
        folder = node_readable(var_folder() / "services")
        with holding(folder), ExitStack() as started:
            absent = missing(ports)
            if absent:
                raise ServiceError("\n".join(absent))
            # Last in, first out: from here on nothing interrupts the end.
            node = Node(folder / "elasticsearch", ports["Elasticsearch"])
            started.callback(node.stop)
            node.start_again(wait=False)
            postgres = start_postgres(folder / "postgres", ports["PostgreSQL"])
            # PostgreSQL's fast shutdown: it does not wait for clients to leave.
            started.callback(postgres.stop, number=signal.SIGINT)
            redis = start_redis(folder / "redis", ports["Redis"])
            started.callback(redis.stop)
            started.callback(ignore_stop_signals)
            node.wait_until_ready()
            _announce(ports)
            servers: dict[str, GuardedProcess | Node] = {"PostgreSQL": postgres, "Redis": redis, "Elasticsearch": node}
            while goes_on() and all(server.is_running() for server in servers.values()):
                time.sleep(0.5)
            ended = [name for name, server in servers.items() if not server.is_running()]
            if ended:
                message = f"{', '.join(ended)} ended without being asked to; see output.log in {folder}."
                raise ServiceError(message)
    return 0


def _announce(ports: dict[str, int]) -> None:
    redis = f"redis://127.0.0.1:{ports['Redis']}"
    print(
        f"export DATABASE_URL=postgresql://portal@127.0.0.1:{ports['PostgreSQL']}/portal",
        f"export CACHE_URL={redis}/0",
        f"export CELERY_BROKER_URL={redis}/1",
        f"export ELASTICSEARCH_URL=http://127.0.0.1:{ports['Elasticsearch']}",
        sep="\n",
        flush=True,
    )


def main() -> int:
    """Do what the arguments ask and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    # Beside the usual ones of PostgreSQL and Redis, which a machine may run for other purposes.
    for name, port in (("PostgreSQL", 5433), ("Redis", 6380), ("Elasticsearch", 9200)):
        parser.add_argument(f"--{name.lower()}-port", dest=name, type=int, default=port)
    try:
        return serve(vars(parser.parse_args()))
    except RunningError as running:
        print(f"The services run already (process {running}).", file=sys.stderr)
    except (ServiceError, ElasticsearchMissingError, LookupError) as problem:
        print(problem, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
