"""Hands Wagtail's own background tasks (django-tasks) to Celery, after the transaction commits.

Without it they would run inside the request (django-tasks' default), or before the row they need is there.
"""

from functools import partial
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import normalize_json


@shared_task(name="core.background.run_task", acks_late=True)
def run_task(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Run the django-tasks task at the dotted ``path`` with JSON arguments."""
    import_string(path).call(*args, **kwargs)


class CeleryTaskBackend(BaseTaskBackend):
    """A django-tasks backend whose queue is Celery's; a rolled-back transaction leaves nothing behind."""

    supports_defer = True

    def enqueue(self, task: "Task[Any, Any]", args: Any, kwargs: Any) -> "TaskResult[Any]":
        """Queue ``task`` for after the commit and return a result that says so."""
        self.validate_task(task)
        positional, named = normalize_json(list(args)), normalize_json(dict(kwargs))
        now = timezone.now()
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=get_random_string(32),
            status=TaskResultStatus.READY,
            enqueued_at=now,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=positional,
            kwargs=named,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        transaction.on_commit(
            partial(run_task.apply_async, (task.module_path, positional, named), eta=task.run_after, ignore_result=True)
        )
        return result
