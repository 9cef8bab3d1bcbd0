"""Background work of ``search``: thin, takes ids."""

import logging

from celery import shared_task

from search import maintenance, services
from search.backends import RebuildRefusedError, SearchBackend, SearchUnavailableError, all_backends, get_backend

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
    # The embedded engine first: it need not wait until it is clear that a server is away.
    for engine in reversed(all_backends()):
        _sweep(engine)


def _sweep(engine: SearchBackend) -> None:
    """Drain what is due of one engine; one that is out of reach is asked once."""
    try:
        if engine.outdated():
            rebuild_index.apply_async(kwargs={"engine": engine.name}, ignore_result=True, retry=False)
    except SearchUnavailableError as problem:
        logger.warning("The outbox of %s waits: %s", engine.name, problem)
        return
    for _batch in range(50):
        step = services.drain_if_possible(engine)
        if step is None or step.nothing:
            return


@shared_task(name="search.tasks.rebuild_index", time_limit=6 * 3600)
def rebuild_index(engine: str) -> None:
    """Build the index of an engine anew, unless somebody is at it."""
    try:
        backend = get_backend(engine)
        # Whoever was faster has done the work.
        if backend.outdated():
            maintenance.rebuild(backend)
    except RebuildRefusedError as reason:
        # Again with the next sweep: what stands in the way is somebody's to see and to take away.
        logger.error("The index of %s could not be rebuilt: %s", engine, reason)  # noqa: TRY400 - the reason is in the message
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
