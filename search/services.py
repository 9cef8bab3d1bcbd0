"""The way of a change into every engine's index: rows in the outbox, drained in batches, failures parked."""

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from accounts.permissions import Action, Scope, scopes
from core import audit, cache, stamps
from search.backends import SearchBackend, SearchUnavailableError, all_backends, get_backend
from search.circuit import Circuit
from search.labels import with_labels
from search.models import IndexFailure, SearchOutbox
from search.registry import IndexedType, all_types, get_type, split_uid, type_of
from search.semantic.services import keys_of_bare, with_vectors, worked_out_since
from search.types import BulkReport, SearchDocument

if TYPE_CHECKING:
    from accounts.permissions import Someone

logger = logging.getLogger(__name__)

BATCH: Final = 200
#: An item that fails this often is parked as an IndexFailure until it changes or `search_check --repair` runs.
MAX_ATTEMPTS: Final = 5
_MAX_ERROR: Final = 2_000


# --- into the outbox ----------------------------------------------------------------------------------------------
def enqueue_item(model: type[models.Model], pk: int, version: int) -> None:
    """Note that an item has changed; call it inside the transaction that changes it."""
    indexed = type_of(model)
    if indexed is None:
        return
    _enqueue_many(indexed, [(pk, version)])


def enqueue_term(model: type[models.Model], pk: int) -> int:
    """Note that everything carrying a term must be indexed anew; returns how many items that are."""
    label = model._meta.label
    total = 0
    for indexed in all_types():
        lookups = next((paths for name, paths in indexed.term_lookups.items() if name.lower() == label.lower()), ())
        if not lookups:
            continue
        carries = models.Q()
        for lookup in lookups:
            carries |= models.Q(**{lookup: pk})
        items = indexed.published().prefetch_related(None).filter(carries).order_by("pk").distinct()
        total += _enqueue_many(indexed, items.values_list("pk", "search_version").iterator())
    return total


def enqueue_uids(uids: Iterable[str], engine: str = "") -> int:
    """Note that the index (of one ``engine``, or of all) must look at these items again; unknown types are skipped."""
    by_type: dict[str, list[int]] = {}
    for uid in uids:
        known = split_uid(uid)
        if known is not None:
            by_type.setdefault(known[0].code, []).append(known[1])
    total = 0
    for code, keys in by_type.items():
        indexed = get_type(code)
        assert indexed is not None  # noqa: S101 - split_uid has just found it
        versions = dict(indexed.model_class()._default_manager.filter(pk__in=keys).values_list("pk", "search_version"))
        total += _enqueue_many(indexed, ((key, versions.get(key, 0)) for key in keys), engine)
    return total


def _enqueue_many(indexed: IndexedType, keys: Iterable[tuple[int, int]], engine: str = "") -> int:
    engines = [engine] if engine else [backend.name for backend in all_backends()]
    listed = list(keys)
    rows = [
        SearchOutbox(engine=name, uid=indexed.uid(key), type=indexed.code, object_id=key, version=version)
        for name in engines
        for key, version in listed
    ]
    SearchOutbox.objects.bulk_create(rows, batch_size=500)
    if rows:
        _wake([row.pk for row in rows[:BATCH]])
    return len(listed)


def _wake(ids: list[int]) -> None:
    """Have the worker look at the rows once they are committed; beat finds them if the message is lost."""
    transaction.on_commit(partial(_send, ids), robust=True)


def _send(ids: list[int]) -> None:
    from search.tasks import drain_outbox

    try:
        drain_outbox.apply_async(kwargs={"ids": ids}, ignore_result=True, retry=False)
    except Exception:
        # The broker is down; the rows are safe in the database and beat sweeps them up within a minute.
        logger.exception("The search worker could not be woken; its outbox waits for the next sweep.")


# --- out of the outbox --------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Drained:
    """What a drain did: items indexed, taken out, already newer in the index, and failed."""

    indexed: int = 0
    deleted: int = 0
    stale: int = 0
    failed: int = 0

    @property
    def nothing(self) -> bool:
        """Whether no row was due."""
        return not (self.indexed or self.deleted or self.stale or self.failed)


@lru_cache(maxsize=8)
def writing_circuit_of(name: str) -> Circuit:
    """Return the circuit that keeps this worker from waiting for the engine ``name`` with every change."""
    return Circuit()


def drain(ids: Sequence[int] | None = None, limit: int = BATCH, backend: SearchBackend | None = None) -> Drained:
    """Bring an engine's index up to date with at most ``limit`` due rows of the outbox (those with ``ids``, or any).

    May run any number of times and side by side: rows taken by another worker are skipped or harmlessly done twice,
    because versions decide, and an item that can't be indexed waits longer each time while the others go on. Raises
    SearchUnavailableError when the engine is out of reach; the rows stay as they are.
    """
    engine = backend or get_backend()
    due = SearchOutbox.objects.filter(engine=engine.name, not_before__lte=timezone.now()).order_by("not_before", "id")
    if ids is not None:
        due = due.filter(pk__in=ids)
    report = Drained()
    # An engine of its own is asked outside of any transaction: a slow one would hold the database's locks.
    with transaction.atomic() if engine.transactional else nullcontext():
        if engine.transactional and transaction.get_connection().features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        rows = list(due[:limit])
        if rows:
            _process(engine, rows, report)
            # Lists cached since the change was announced still show the index as it was.
            cache.purge(cache.LISTS)
    return report


def drain_all(ids: Sequence[int]) -> list[Drained]:
    """Drain the rows ``ids`` of every engine once; where one is out of reach, they wait for the next sweep."""
    reports = []
    for engine in reversed(all_backends()):
        # The embedded engine first, which no server holds up; and no waiting for each change while a server is away.
        if engine.transactional or writing_circuit_of(engine.name).allows():
            report = drain_if_possible(engine, ids)
            reports += [report] if report else []
    return reports


def drain_if_possible(engine: SearchBackend, ids: Sequence[int] | None = None) -> Drained | None:
    """Drain an engine's rows once; None when it is out of reach."""
    circuit = writing_circuit_of(engine.name)
    try:
        report = drain(ids, backend=engine)
    except SearchUnavailableError as problem:
        circuit.failed()
        logger.warning("The outbox of %s waits: %s", engine.name, problem)
        return None
    except BaseException:
        circuit.failed()
        raise
    circuit.succeeded()
    return report


def _process(engine: SearchBackend, rows: Sequence[SearchOutbox], report: Drained) -> None:
    by_uid: dict[str, list[SearchOutbox]] = {}
    for row in rows:
        by_uid.setdefault(row.uid, []).append(row)
    with stamps.one_reading():
        documents, gone, failed = _look_up(by_uid)
    documents = with_vectors(documents)
    answer = engine.index(documents) if documents else BulkReport()
    late = worked_out_since(keys_of_bare(documents))
    failed += list(answer.failed)
    for uid, version in gone:
        engine.delete(uid, version)
    problems = dict(failed)
    fine = [uid for uid in by_uid if uid not in problems]
    with transaction.atomic():
        SearchOutbox.objects.filter(pk__in=[row.pk for uid in fine for row in by_uid[uid]]).delete()
        IndexFailure.objects.filter(engine=engine.name, uid__in=fine).delete()
        for uid, problem in problems.items():
            _postpone(by_uid[uid], problem)
        enqueue_uids((uid for uid in late if uid not in problems), engine.name)
    report.indexed, report.stale = len(answer.indexed), len(answer.stale)
    report.deleted, report.failed = len(gone), len(problems)


def _look_up(
    by_uid: dict[str, list[SearchOutbox]],
) -> tuple[list[SearchDocument], list[tuple[str, int]], list[tuple[str, str]]]:
    """Return what the public may see now of the items, what it may not, and what could not be read."""
    documents: list[SearchDocument] = []
    gone: list[tuple[str, int]] = []
    failed: list[tuple[str, str]] = []
    keys: dict[str, list[int]] = {}
    for waiting in by_uid.values():
        keys.setdefault(waiting[0].type, []).append(waiting[0].object_id)
    for code, numbers in keys.items():
        indexed = get_type(code)
        visible = {item.pk: item for item in indexed.published().filter(pk__in=numbers)} if indexed else {}
        for number in numbers:
            uid = f"{code}-{number}"
            if indexed is None or number not in visible:
                gone.append((uid, max(row.version for row in by_uid[uid])))
                continue
            document = document_of(indexed, visible[number], failed)
            if document is not None:
                documents.append(document)
    return documents, gone, failed


def document_of(indexed: IndexedType, item: Any, failed: list[tuple[str, str]]) -> SearchDocument | None:
    """Return the document of ``item``; what goes wrong concerns this item alone and is added to ``failed``."""
    uid = indexed.uid(item.pk)
    try:
        return with_labels(indexed.document(item))
    except Exception as problem:
        logger.exception("%s could not be turned into a search document.", uid)
        failed.append((uid, f"{type(problem).__name__}: {problem}"))
        return None


def _postpone(rows: Sequence[SearchOutbox], problem: str) -> None:
    """Have failed rows wait, longer each time; after the last attempt park the item."""
    newest = max(rows, key=lambda row: (row.version, row.pk))
    attempts = max(row.attempts for row in rows) + 1
    if attempts >= MAX_ATTEMPTS:
        IndexFailure.objects.update_or_create(
            uid=newest.uid,
            engine=newest.engine,
            defaults={
                "type": newest.type,
                "version": newest.version,
                "error": problem[:_MAX_ERROR],
                "failed_at": timezone.now(),
            },
        )
        SearchOutbox.objects.filter(pk__in=[row.pk for row in rows]).delete()
        logger.error("%s is parked after %d attempts: %s", newest.uid, attempts, problem)
        return
    SearchOutbox.objects.filter(pk__in=[row.pk for row in rows]).update(
        attempts=attempts,
        not_before=timezone.now() + dt.timedelta(seconds=30 * 4 ** (attempts - 1)),
        error=problem[:_MAX_ERROR],
    )


# --- by the editors -----------------------------------------------------------------------------------------------
def may_keep_index(user: "Someone") -> bool:
    """Return whether ``user`` looks after the index: whoever may publish everywhere."""
    return Scope.ALL in scopes(user, Action.PUBLISH)


@transaction.atomic
def retry(failures: Iterable[IndexFailure], user: "Someone") -> int:
    """Send parked items on their way into the index again; return how many items that are.

    Rows of an engine that is not in use stay: nobody would ever drain theirs. Raises PermissionDenied.
    """
    if not may_keep_index(user):
        raise PermissionDenied
    in_use = {backend.name for backend in all_backends()}
    by_engine: dict[str, list[IndexFailure]] = {}
    for failure in failures:
        if failure.engine in in_use:
            by_engine.setdefault(failure.engine, []).append(failure)
    for name, parked in by_engine.items():
        uids = [failure.uid for failure in parked]
        enqueue_uids(uids, name)
        # One line for each engine, however many items: all of them are parked when a server refuses everything.
        audit.record(user=user, action="search.retry", instance=parked[0], before={"engine": name, "items": uids})
        IndexFailure.objects.filter(pk__in=[failure.pk for failure in parked]).delete()
    return len({failure.uid for parked in by_engine.values() for failure in parked})
