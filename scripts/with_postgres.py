"""Run a command with DATABASE_URL naming a PostgreSQL server of its own, which ends with the command.

Usage: python scripts/with_postgres.py COMMAND [ARGUMENT…]. Needs PostgreSQL's server programs, not a running server.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER_USER = "postgres"
# The data lives no longer than the command: nothing needs to survive a power cut.
OPTIONS = "-h 127.0.0.1 -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=256MB"


def programs() -> Path:
    """Return the folder of initdb and pg_ctl. Raises FileNotFoundError when PostgreSQL is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    for folder in [*reversed(folders), *([Path(found).parent] if found else [])]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    message = "Missing: PostgreSQL's server programs (on Debian and Ubuntu: apt install postgresql)."
    raise FileNotFoundError(message)


def _become_server_user() -> Callable[[], None] | None:
    """Return what a child process of root must do first: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(SERVER_USER)

    def become() -> None:
        os.setgid(entry.pw_gid)
        os.setgroups([])
        os.setuid(entry.pw_uid)

    return become


@contextmanager
def temporary_postgres() -> Iterator[str]:
    """Start a server on a free port of the loopback interface, yield its DATABASE_URL, and stop it."""
    tools = programs()
    become = _become_server_user()

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [tools / program, *arguments],
            preexec_fn=become,
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
        )

    with tempfile.TemporaryDirectory(prefix="portal-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if become:
            shutil.chown(folder, SERVER_USER)
        data = str(folder / "data")
        call(
            "initdb",
            "--pgdata",
            data,
            "--username",
            "portal",
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        call(
            "pg_ctl",
            "--pgdata",
            data,
            "--wait",
            "--log",
            f"{name}/log",
            "--options",
            f"-p {port} -k {name} {OPTIONS}",
            "start",
        )
        try:
            subprocess.run(
                [tools / "createdb", "--host", "127.0.0.1", "--port", str(port), "--username", "portal", "portal"],
                check=True,
            )
            yield f"postgresql://portal@127.0.0.1:{port}/portal"
        finally:
            call("pg_ctl", "--pgdata", data, "--wait", "--mode", "immediate", "stop")


def main() -> int:
    """Run the command given as arguments and return its exit code."""
    try:
        with temporary_postgres() as url:
            return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except FileNotFoundError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
