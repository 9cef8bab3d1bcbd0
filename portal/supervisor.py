"""Runs the web server and the worker as two processes of one command, and leaves none of them behind."""

import os
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable
from types import FrameType
from typing import Any, Final, NoReturn

from gunicorn.app.base import BaseApplication

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE_SECONDS: Final = 6.0


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked for it
    """Ctrl-C, or a polite kill, was received."""


class Site(BaseApplication):
    """The portal served by gunicorn from inside this process, on a socket that is already open."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        options: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": 2,
            # Browsers open spare connections: a plain sync worker would wait on them; there is no proxy here.
            "worker_class": "gthread",
            "threads": 4,
            "graceful_timeout": 3,
            # Long searches get a page that helps, not the server's own refusal.
            "limit_request_line": 8190,
            "loglevel": "warning",
            "proc_name": "portal",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application."""
        from portal.wsgi import application

        return application


def open_listener(host: str, port: int) -> socket.socket:
    """Return a listening socket; visitors who come before the server is up wait in its queue.

    Raises OSError when the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(128)
    listener.set_inheritable(True)
    return listener


def serve_web(listener: socket.socket) -> None:
    """Serve the portal until told to stop."""
    Site(listener).run()


def serve_worker() -> None:
    """Run Celery's worker with beat inside until told to stop."""
    from celery.platforms import SecurityWarning

    from portal.celery import app

    # In a container one may well be root; the messages are JSON, which cannot carry code.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    options = ["--beat", "--pool=solo", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
    app.worker_main(["--quiet", "worker", *options])


def run_together(jobs: dict[str, Callable[[], None]], on_started: Callable[[], None]) -> int:
    """Run every job in a process of its own until one ends or a stop signal comes; return the exit code.

    The processes get sessions of their own, so that Ctrl-C reaches this process alone and the end is in its hands.
    """
    children: dict[int, str] = {}
    for number in STOP_SIGNALS:
        signal.signal(number, _raise_stopped)
    code = 0
    try:
        for name, job in jobs.items():
            children[_start(job)] = name
        on_started()
        pid, status = os.waitpid(-1, 0)
        print(f"The {children.pop(pid, 'child')} process ended by itself ({status}); stopping.", file=sys.stderr)  # noqa: T201
        _end_group(pid)
        code = 1
    except Stopped:
        pass
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        _stop_all(set(children))
    return code


def _raise_stopped(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped


def _start(job: Callable[[], None]) -> int:
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        threading.Thread(target=_follow_parent, args=(parent,), daemon=True).start()
        job()
        code = 0
    except SystemExit as exit_request:
        code = exit_request.code if isinstance(exit_request.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # The parent's clean-up (open files, atexit) is not the child's business.
        os._exit(code)


def _follow_parent(parent: int) -> None:
    """End this process when its parent is gone without having been able to say so."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _stop_all(pids: set[int]) -> None:
    for pid in pids:
        _send(os.kill, pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = set(pids)
    while waiting and time.monotonic() < deadline:
        waiting = {pid for pid in waiting if os.waitpid(pid, os.WNOHANG)[0] == 0}
        time.sleep(0.05)
    for pid in pids:
        _end_group(pid)
    for pid in waiting:
        os.waitpid(pid, 0)


def _end_group(leader: int) -> None:
    _send(os.killpg, leader, signal.SIGKILL)


def _send(how: Callable[[int, int], None], target: int, number: int) -> None:
    try:
        how(target, number)
    except ProcessLookupError:
        return
