"""Accounts, folders and ports of the servers that the scripts here start: some refuse to run as root."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def var_folder() -> Path:
    """Return the folder that everything is written to: ``VAR_DIR``, or ``var`` in the repository."""
    return ROOT / (os.environ.get("VAR_DIR", "").strip() or "var")


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Tell whether a server could listen on ``port`` of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def ensure_account(name: str) -> None:
    """Make the system account ``name`` where this is root and it is missing.

    Raises LookupError when it can't be made.
    """
    if os.geteuid() != 0:
        return
    try:
        pwd.getpwnam(name)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as problem:
            # Another process may have been faster; then all is well.
            try:
                pwd.getpwnam(name)
            except KeyError:
                message = f"Missing: the system account {name!r}, for the server does not run as root ({problem})."
                raise LookupError(message) from problem


def as_account(name: str) -> dict[str, Any]:
    """Return the arguments of ``subprocess`` that run a program as ``name`` where this is root, else nothing."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def give_to(name: str, folder: Path) -> None:
    """Make ``folder`` and hand it to the account ``name`` where this is root."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, name, pwd.getpwnam(name).pw_gid)


def reachable_folder(wanted: Path, name: str) -> Path:
    """Return ``wanted``, made, or a folder that lasts under the system's temporary one if ``name`` can't get there.

    As root the server runs as another account, to which a repository under a closed home (/root) is out of reach. What
    it then keeps in the temporary folder survives its own restart, perhaps not the machine's.
    """
    wanted.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or _may_enter(wanted, name):
        return wanted
    # The same repository finds the same folder again; only root may have made it, so nobody can have prepared it.
    stand_in = Path(tempfile.gettempdir()) / "portal-services" / str(wanted.resolve()).strip("/").replace("/", "-")
    for folder in (stand_in.parent, stand_in):
        folder.mkdir(exist_ok=True, mode=0o755)
        if folder.is_symlink() or folder.stat().st_uid != 0:
            message = f"{folder} belongs to somebody else: set VAR_DIR to a folder that the account {name!r} can enter."
            raise LookupError(message)
    return stand_in


def _may_enter(folder: Path, name: str) -> bool:
    done = subprocess.run(
        ["/bin/sh", "-c", 'test -r "$1" -a -x "$1"', "sh", folder], check=False, cwd="/", **as_account(name)
    )
    return done.returncode == 0
