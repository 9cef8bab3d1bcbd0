"""The whole index of an engine: built anew, compared with the database, repaired."""

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import merge
from typing import Any, Final

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from core import cache, stamps
from search.backends import SearchBackend, get_backend
from search.models import RebuildRun, SearchOutbox
from search.registry import all_types, split_uid
from search.semantic.services import keys_of_bare, with_vectors, worked_out_since
from search.services import BATCH, Drained, document_of, drain, enqueue_uids
from search.types import BulkReport, SearchDocument

#: A rebuild that has not stirred for so long was killed; another may begin.
_DEAD_AFTER: Final = dt.timedelta(minutes=3)

Progress = Callable[[int, int], None]


class RebuildRunningError(Exception):
    """Another process is building this engine's index."""


def _quiet(done: int, total: int) -> None:
    """Say nothing."""


def all_documents(failed: list[tuple[str, str]], size: int = BATCH) -> Iterator[list[SearchDocument]]:
    """Yield every document of every type in batches; what can't be turned into one is added to ``failed``."""
    for indexed in all_types():
        for items in _in_steps(indexed.published(), size):
            with stamps.one_reading():
                batch = [document for item in items if (document := document_of(indexed, item, failed)) is not None]
            yield with_vectors(batch)


def _in_steps(items: "models.QuerySet[Any]", size: int) -> Iterator[list[Any]]:
    """Yield all items in the order of their keys, ``size`` at a time; each step is a query of its own."""
    last = 0
    while step := list(items.order_by("pk").filter(pk__gt=last)[:size]):
        yield step
        last = step[-1].pk


def rebuild(backend: SearchBackend | None = None, progress: Progress = _quiet) -> BulkReport:
    """Index everything anew and drop what should not be there; searches and changes go on meanwhile.

    ``progress`` is told how many items of how many are done. Raises RebuildRunningError when another process does
    the same; whoever was killed while at it is in nobody's way after three minutes.
    """
    engine = backend or get_backend()
    unreadable: list[tuple[str, str]] = []
    with _alone(engine.name) as still_alive:
        total = sum(indexed.published().prefetch_related(None).order_by().count() for indexed in all_types())

        bare: dict[str, str] = {}

        def batches() -> Iterator[list[SearchDocument]]:
            done = 0
            for batch in all_documents(unreadable):
                bare.update(keys_of_bare(batch))
                yield batch
                done += len(batch)
                still_alive()
                progress(done, total)

        report = engine.rebuild(batches())
        enqueue_uids(worked_out_since(bare), engine.name)
    cache.purge(cache.LISTS)
    return BulkReport(report.indexed, report.stale, report.failed + tuple(unreadable))


@contextmanager
def _alone(engine: str) -> Iterator[Callable[[], None]]:
    """Hold the right to rebuild the index of ``engine``; yield what must be called now and then to keep it."""
    token = secrets.token_hex(16)
    RebuildRun.objects.filter(engine=engine, alive_at__lt=timezone.now() - _DEAD_AFTER).delete()
    try:
        with transaction.atomic():
            RebuildRun.objects.create(engine=engine, token=token)
    except IntegrityError:
        begun = RebuildRun.objects.filter(engine=engine).values_list("started_at", flat=True).first()
        message = f"The index of {engine} is already being rebuilt, since {begun}."
        raise RebuildRunningError(message) from None
    mine = RebuildRun.objects.filter(engine=engine, token=token)
    try:
        yield lambda: (mine.update(alive_at=timezone.now()), None)[1]
    finally:
        mine.delete()


@dataclass(frozen=True, slots=True)
class Drift:
    """How index and database differ: uids missing from the index, older in it, or only in it."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    orphaned: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing differs."""
        return not (self.missing or self.stale or self.orphaned)


def _wanted() -> Iterator[tuple[str, int]]:
    """Yield uid and version of everything that should be in an index, in the order of the uids."""
    streams = [
        sorted(
            (indexed.uid(key), version)
            for key, version in indexed.published()
            .prefetch_related(None)
            .order_by("pk")
            .values_list("pk", "search_version")
            .iterator(chunk_size=5_000)
        )
        for indexed in all_types()
    ]
    return merge(*streams)


def find_drift(backend: SearchBackend | None = None) -> Drift:
    """Compare the versions in the index with those in the database, both read as streams in the order of the uids."""
    missing: list[str] = []
    stale: list[str] = []
    orphaned: list[str] = []
    held = (backend or get_backend()).versions()
    found = next(held, None)
    for uid, version in _wanted():
        while found is not None and found[0] < uid:
            orphaned.append(found[0])
            found = next(held, None)
        if found is None or found[0] != uid:
            missing.append(uid)
            continue
        if found[1] < version:
            stale.append(uid)
        found = next(held, None)
    while found is not None:
        orphaned.append(found[0])
        found = next(held, None)
    return Drift(tuple(missing), tuple(stale), tuple(orphaned))


def repair(drift: Drift, backend: SearchBackend | None = None) -> Drained:
    """Bring the index in line with the database, item by item."""
    engine = backend or get_backend()
    versions = dict(engine.versions()) if drift.orphaned else {}
    known = []
    for uid in drift.orphaned:
        place = split_uid(uid)
        if place is None:
            engine.delete(uid, versions.get(uid, 0))
        else:
            known.append((uid, *place))
    # An item deleted long ago has no version any more: the index's own is as good.
    SearchOutbox.objects.bulk_create(
        SearchOutbox(engine=engine.name, uid=uid, type=kind.code, object_id=key, version=versions.get(uid, 0))
        for uid, kind, key in known
    )
    enqueue_uids((*drift.missing, *drift.stale), engine.name)
    total = Drained()
    while True:
        step = drain(backend=engine)
        if step.nothing:
            return total
        for name in ("indexed", "deleted", "stale", "failed"):
            setattr(total, name, getattr(total, name) + getattr(step, name))
