"""Servers that run in the foreground of a command and end with it, however it ends."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from scripts.service_accounts import as_account

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE_SECONDS: Final = 20
# Reads until whoever started it says that all is done, or is gone without a word: then it ends the group of processes,
# in order if that is quick, and removes the folder that nobody will ask for again.
GUARD: Final = """\
import os, shutil, signal, sys, time
if not sys.stdin.buffer.read(1):
    try:
        for number in (signal.SIGCONT, signal.SIGTERM):
            os.killpg(int(sys.argv[1]), number)
        for _ in range(50):
            time.sleep(0.1)
            os.killpg(int(sys.argv[1]), 0)
        os.killpg(int(sys.argv[1]), signal.SIGKILL)
    except ProcessLookupError:
        pass
    for folder in sys.argv[2:]:
        shutil.rmtree(folder, ignore_errors=True)
"""


class StoppedError(Exception):
    """Ctrl-C, or a polite kill, was received."""


class RunningError(Exception):
    """The servers run already; the text is the number of the process that holds them."""


class GuardedProcess:
    """A server in a session of its own, and a guard that ends it when this process is gone."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        account: str,
        folder: Path,
        output: Path,
        environment: Mapping[str, str] | None = None,
        discard: Path | None = None,
    ) -> None:
        """Start ``command`` as ``account`` in ``folder``; the guard removes the folder ``discard``, if any."""
        with output.open("wb") as file:
            self._process = subprocess.Popen(
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for this process, which then stops the server in order.
                start_new_session=True,
                **as_account(account),
            )
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", GUARD, str(self._process.pid), *([discard] if discard else [])],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def is_running(self) -> bool:
        """Tell whether the process runs, be it ready or paused."""
        return self._process.poll() is None

    def signal_group(self, number: signal.Signals) -> None:
        """Send ``number`` to the process and all it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def stop(self, pid: int | None = None, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask the process, or its child ``pid``, to end; end whatever is left after a while."""
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.kill(pid or self._process.pid, number)
            self._process.wait(PATIENCE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the process at once, and the guard with it."""
        self.signal_group(signal.SIGKILL)
        self._process.wait()
        if self._guard.stdin and not self._guard.stdin.closed:
            with suppress(BrokenPipeError):
                self._guard.stdin.write(b".")
                self._guard.stdin.close()
            self._guard.wait()


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Keep the servers in ``folder`` for this process; raises RunningError when another one has them.

    The lock tells who runs, for the system takes it from a process that was killed; the file only says the number.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "supervisor").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise RunningError(file.read().strip()) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def until_told_to_stop() -> Iterator[Callable[[], bool]]:
    """Yield what tells whether the parent is still there; a stop signal ends the block, and nothing its clean-up.

    Raises nothing when stopped: the block is simply left.
    """
    parent = os.getppid()
    for number in STOP_SIGNALS:
        signal.signal(number, _raise_stopped)
    with suppress(StoppedError):
        # Whoever is gone without having been able to say so is noticed as well.
        yield lambda: os.getppid() == parent


def ignore_stop_signals() -> None:
    """Let nothing interrupt the clean-up."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def wait_for(holds: Callable[[], bool], seconds: float) -> bool:
    """Return True as soon as ``holds`` does, or False after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _raise_stopped(number: int, frame: FrameType | None) -> NoReturn:
    raise StoppedError
