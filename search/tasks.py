"""Background work of ``search``: thin, takes ids."""

from celery import shared_task

from search import services


@shared_task(name="search.tasks.drain_outbox", acks_late=True)
def drain_outbox(ids: list[int] | None = None) -> None:
    """Bring the index up to date with the rows ``ids`` of the outbox, or with all that are due.

    Beat calls it each minute without ids: it goes on until nothing is due, in bounded batches.
    """
    if ids is not None:
        services.drain(ids)
        return
    for _batch in range(50):
        step = services.drain()
        if not (step.indexed or step.deleted or step.stale or step.failed):
            return


@shared_task(name="search.tasks.check_index")
def check_index() -> None:
    """Compare index and database and repair what differs; nightly."""
    drift = services.find_drift()
    if not drift.clean:
        services.repair(drift)
