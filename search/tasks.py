"""Background work of ``search``: thin, takes ids."""

import logging

from celery import shared_task

from search import maintenance, services
from search.backends import SearchUnavailableError, all_backends, get_backend

logger = logging.getLogger(__name__)


@shared_task(name="search.tasks.drain_outbox", acks_late=True)
def drain_outbox(ids: list[int] | None = None) -> None:
    """Bring every index up to date with the rows ``ids`` of the outbox, or with all that are due.

    Beat calls it each minute without ids: it goes on until nothing is due, in bounded batches, and has an index that
    is missing or was made in another way built anew.
    """
    if ids is not None:
        services.drain_all(ids)
        return
    for engine in all_backends():
        if maintenance.needs_rebuild(engine):
            rebuild_index.apply_async(kwargs={"engine": engine.name}, ignore_result=True, retry=False)
    for _batch in range(50):
        steps = services.drain_all()
        if not any(step.indexed or step.deleted or step.stale or step.failed for step in steps):
            return


@shared_task(name="search.tasks.rebuild_index", time_limit=6 * 3600)
def rebuild_index(engine: str) -> None:
    """Build the index of an engine anew, unless somebody is at it."""
    try:
        backend = get_backend(engine)
        # Whoever was faster has done the work.
        if maintenance.needs_rebuild(backend):
            maintenance.rebuild(backend)
    except (maintenance.RebuildRunningError, SearchUnavailableError, LookupError) as reason:
        logger.info("No rebuild now: %s", reason)


@shared_task(name="search.tasks.check_index")
def check_index() -> None:
    """Compare every index with the database and repair what differs; nightly."""
    for engine in all_backends():
        try:
            drift = maintenance.find_drift(engine)
            if not drift.clean:
                maintenance.repair(drift, engine)
        except SearchUnavailableError as problem:
            logger.warning("The index of %s could not be checked: %s", engine.name, problem)


@shared_task(name="search.tasks.embed_pending", acks_late=True)
def embed_pending() -> None:
    """Work out what newly indexed items mean, a bounded number at a time, until none waits."""
    from search.semantic.services import embed_pending as embed

    for _batch in range(50):
        if not embed():
            return
