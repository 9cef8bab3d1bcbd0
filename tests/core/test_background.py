"""Wagtail's background tasks reach Celery after the commit, and the default broker carries them between processes."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django_tasks import task
from django_tasks.base import TaskResultStatus
from pytest_django import DjangoCaptureOnCommitCallbacks

done: list[tuple[Any, ...]] = []


@task()
def remember(*args: Any, **kwargs: Any) -> None:
    done.append((*args, kwargs))


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()


@pytest.mark.django_db
def test_a_task_runs_after_the_commit(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        result = remember.enqueue(1, word="ä")
        assert done == []
        assert result.status == TaskResultStatus.READY
    assert done == [(1, {"word": "ä"})]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_leaves_no_task() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        remember.enqueue(1)
        raise RuntimeError
    assert done == []


@pytest.mark.django_db
def test_arguments_that_are_no_json_are_refused_at_once() -> None:
    with pytest.raises(TypeError):
        remember.enqueue(object())


PROGRAM = """
import os, pathlib
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
import django; django.setup()
from celery import shared_task
from portal.celery import app
@shared_task(name="test.touch")
def touch(path): pathlib.Path(path).write_text("done")
"""


@pytest.mark.slow
def test_the_default_broker_carries_a_task_from_one_process_to_another(tmp_path: Path) -> None:
    target = tmp_path / "touched"
    environment = {**os.environ, "DEBUG": "on", "VAR_DIR": str(tmp_path)}
    for name in ("CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    send = f"{PROGRAM}\ntouch.delay({str(target)!r})"
    subprocess.run([sys.executable, "-c", send], cwd=settings.BASE_DIR, env=environment, check=True, timeout=60)
    assert list((tmp_path / "queue" / "messages").iterdir())
    work = f"{PROGRAM}\napp.worker_main(['--quiet', 'worker', '--pool=solo', '--loglevel=ERROR'])"
    with subprocess.Popen([sys.executable, "-c", work], cwd=settings.BASE_DIR, env=environment) as worker:
        deadline = time.monotonic() + 60
        while not target.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        worker.terminate()
        worker.wait(timeout=20)
    assert target.read_text() == "done"
