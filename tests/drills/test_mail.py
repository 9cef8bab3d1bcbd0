"""The outbox with real processes and a real mail server: killed while sending, two at once, woken by the broker."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings

from portal.settings.env import VARIABLES
from tests.databases import place_migrated_database
from tests.smtp_sink import Sink, running_sink

pytestmark = [pytest.mark.slow, pytest.mark.once]

MAILS: Final = 300
KILLS: Final = 20
WRITE: Final = """
import sys, django; django.setup()
from django.db import transaction
from core.mail import enqueue
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        enqueue(key=f"drill:{number}", kind="drill", to=f"person-{number}@example.org", language="de",
                template="accounts/mail/welcome", context={})
"""
#: What the tasks do, without pausing between two sweeps.
SEND: Final = """
import sys, time, django; django.setup()
from core.mail.services import deliver_all, due_keys
print("ready", flush=True)
sys.stdin.readline()
while True:
    time.sleep(0 if deliver_all(due_keys()) else 0.05)
"""


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running_sink() as server:
        yield server


@pytest.fixture
def variables(tmp_path: Path, sink: Sink) -> dict[str, str]:
    place_migrated_database(tmp_path / "portal.sqlite3")
    kept = {key: value for key, value in os.environ.items() if key not in {*VARIABLES, "DJANGO_SETTINGS_MODULE"}}
    return {
        **kept,
        "DEBUG": "on",
        "VAR_DIR": str(tmp_path),
        "EMAIL_URL": sink.url,
        "SEARCH_EMBEDDER": "off",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def started(variables: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=variables,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def senders(variables: dict[str, str], count: int) -> list[subprocess.Popen[str]]:
    """Processes that send, all of which begin now."""
    processes = [started(variables, "-c", SEND) for _number in range(count)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return processes


def write(variables: dict[str, str], count: int) -> None:
    subprocess.run([sys.executable, "-c", WRITE, str(count)], cwd=settings.BASE_DIR, env=variables, check=True)


def end(process: subprocess.Popen[str]) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)


def asked(variables: dict[str, str], sql: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(f"{variables['VAR_DIR']}/portal.sqlite3", timeout=30)) as connection:
        rows = connection.execute(sql).fetchall()
        connection.commit()
        return rows


def unsent(variables: dict[str, str]) -> int:
    sql = "SELECT count(*) FROM core_outboxmail WHERE state IN ('queued', 'sending')"
    return int(asked(variables, sql)[0][0])


def wait_until(done: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "e-mails are left waiting"
        time.sleep(0.2)


def arrivals(sink: Sink) -> "Counter[str]":
    return Counter(str(message["Message-ID"]) for message in sink.messages)


def test_killed_while_sending_no_mail_arrives_twice_and_none_is_forgotten(
    variables: dict[str, str], sink: Sink
) -> None:
    write(variables, MAILS)
    sink.delay = 0.02
    chance = random.Random(20)
    for _round in range(KILLS // 2):
        # Two at once, each killed at a moment of its own.
        pair = senders(variables, 2)
        try:
            for process in pair:
                time.sleep(chance.uniform(0.02, 0.2))
                assert unsent(variables), "everything was sent before the last kill: the drill is too short"
                end(process)
        finally:
            for process in pair:
                end(process)
    # The dead workers' leases end at once: five minutes of patience are the portal's, not the drill's.
    asked(variables, "UPDATE core_outboxmail SET lease_until = '2020-01-01' WHERE lease_until IS NOT NULL")
    (process,) = senders(variables, 1)
    try:
        wait_until(lambda: not unsent(variables))
    finally:
        end(process)

    rows = dict(asked(variables, "SELECT message_id, state FROM core_outboxmail"))
    arrived = arrivals(sink)
    doubts = {name for name, state in rows.items() if state == "in-doubt"}
    print(  # noqa: T201 - the figures of the drill
        f"{KILLS} kills, {len(rows)} e-mails: {len(arrived)} arrived, none twice; {len(doubts)} in doubt, "
        f"of which {len(doubts & set(arrived))} had arrived"
    )
    assert len(rows) == MAILS
    assert set(arrived.values()) == {1}
    assert set(rows.values()) == {"sent", "in-doubt"}
    assert set(rows) - set(arrived) <= doubts
    assert 0 < len(doubts) <= KILLS


def test_three_workers_at_once_send_each_mail_once(variables: dict[str, str], sink: Sink) -> None:
    write(variables, 150)
    processes = senders(variables, 3)
    try:
        wait_until(lambda: not unsent(variables))
    finally:
        for process in processes:
            end(process)
    arrived = arrivals(sink)
    assert len(arrived) == 150
    assert set(arrived.values()) == {1}
    assert asked(variables, "SELECT DISTINCT state FROM core_outboxmail") == [("sent",)]


def test_the_worker_is_woken_by_the_commit_and_goes_on_when_the_server_is_back(
    variables: dict[str, str], sink: Sink
) -> None:
    """A real Celery worker with the default broker, which is files."""
    worker = started(variables, "-m", "celery", "--app", "portal", "worker", "--concurrency=2", "--loglevel=ERROR")
    try:
        sink.refuse_text = "451 come back later"
        write(variables, 10)
        refused = "SELECT count(*) FROM core_outboxmail WHERE attempts = 1 AND error LIKE '451%'"
        wait_until(lambda: asked(variables, refused) == [(10,)])
        sink.refuse_text = ""
        asked(variables, "UPDATE core_outboxmail SET not_before = '2020-01-01'")
        subprocess.run(
            [sys.executable, "-m", "celery", "--app", "portal", "call", "core.tasks.sweep_mail"],
            cwd=settings.BASE_DIR,
            env=variables,
            check=True,
            capture_output=True,
        )
        wait_until(lambda: not unsent(variables))
    finally:
        end(worker)
    assert set(arrivals(sink).values()) == {1}
    assert len(sink.messages) == 10
