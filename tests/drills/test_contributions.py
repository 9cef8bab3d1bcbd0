"""The worker is killed again and again while people submit: every submission there once, every e-mail once."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portal.settings.env import VARIABLES
from tests.databases import place_migrated_database
from tests.smtp_sink import Sink, running_sink

pytestmark = [pytest.mark.slow, pytest.mark.once]

SUBMISSIONS = 200
KILLS = 20


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running_sink() as server:
        yield server


def environment(folder: Path, sink: Sink) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in {*VARIABLES, "DJANGO_SETTINGS_MODULE"}}
    return {
        **kept,
        "DEBUG": "on",
        "VAR_DIR": str(folder),
        "EMAIL_URL": sink.url,
        "SEARCH_EMBEDDER": "off",
        "LOG_LEVEL": "ERROR",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def started(arguments: list[str], variables: dict[str, str], **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=variables,
        text=True,
        start_new_session=True,
        **options,
    )


def worker(variables: dict[str, str]) -> subprocess.Popen[str]:
    """The worker that only sends: its sweeps are what this drill is about."""
    code = (
        "import django, time; django.setup(); from core.mail.services import deliver, due_keys\n"
        "while True:\n"
        "    keys = due_keys()\n"
        "    for key in keys: deliver(key)\n"
        "    time.sleep(0 if keys else 0.05)\n"
    )
    return started(["-c", code], variables)


def asked(folder: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(folder / "portal.sqlite3", timeout=30)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


def waiting(folder: Path) -> int:
    """How many e-mails still wait; a row left leased or in sending by a killed worker is given its time now."""
    connection = sqlite3.connect(folder / "portal.sqlite3", timeout=30)
    try:
        # Five minutes of patience are the worker's, not the drill's: the lease of the dead ends at once.
        connection.execute("UPDATE core_outboxmail SET lease_until = '2020-01-01' WHERE lease_until IS NOT NULL")
        connection.commit()
        found: int = connection.execute(
            "SELECT count(*) FROM core_outboxmail WHERE state IN ('queued', 'sending')"
        ).fetchone()[0]
        return found
    finally:
        connection.close()


def test_every_submission_once_and_every_mail_once(tmp_path: Path, sink: Sink) -> None:
    place_migrated_database(tmp_path / "portal.sqlite3")
    variables = environment(tmp_path, sink)
    chance = random.Random(5)
    submitter = started(["-m", "tests.drills.submitting", str(SUBMISSIONS)], variables, stdout=subprocess.DEVNULL)
    kills = 0
    sender = worker(variables)
    try:
        while kills < KILLS or submitter.poll() is None:
            time.sleep(chance.uniform(1.2, 3.0))
            end(sender)
            kills += 1
            sender = worker(variables)
        assert submitter.wait(timeout=300) == 0
        # Nobody is killed any more: what is left goes out, after the dead workers' leases have ended.
        end(sender)
        waiting(tmp_path)
        sender = worker(variables)
        deadline = time.monotonic() + 120
        while asked(tmp_path, "SELECT count(*) FROM core_outboxmail WHERE state IN ('queued', 'sending')")[0][0]:
            assert time.monotonic() < deadline, "e-mails are left waiting"
            time.sleep(0.3)
    finally:
        end(sender)
        end(submitter)

    submitted = asked(tmp_path, "SELECT count(*) FROM contributions_contribution WHERE state = 'in-review'")[0][0]
    events = asked(tmp_path, "SELECT count(*) FROM contributions_event WHERE kind = 'submitted'")[0][0]
    items = asked(tmp_path, "SELECT count(*) FROM goodpractices_goodpractice WHERE title LIKE 'Practice of the drill%'")
    rows = dict(asked(tmp_path, "SELECT message_id, state FROM core_outboxmail"))
    arrived = Counter(str(message["Message-ID"]) for message in sink.messages)
    doubts = [name for name, state in rows.items() if state == "in-doubt"]
    print(  # noqa: T201 - the figures of the drill
        f"{kills} kills, {submitted} submissions, {len(rows)} e-mails: {len(arrived)} arrived, {len(doubts)} in doubt"
    )
    assert (submitted, events, items[0][0]) == (SUBMISSIONS, SUBMISSIONS, SUBMISSIONS)
    assert set(arrived.values()) == {1}
    assert set(arrived) <= set(rows)
    # What was in the server's hands when the worker died is shown to an administrator, never sent twice by itself.
    assert set(rows) - set(arrived) <= set(doubts)
    assert len(doubts) <= kills
    assert set(rows.values()) <= {"sent", "in-doubt"}
