"""Background work of accounts: thin, takes ids, may run twice."""

from celery import shared_task

from accounts import sessions, unconfirmed
from accounts.privacy import erasing, exporting


@shared_task(name="accounts.tasks.make_export", acks_late=True)
def make_export(key: int) -> bool:
    """Put the download with that key together; returns whether there was something to do."""
    return exporting.put_together(key)


@shared_task(name="accounts.tasks.watch_privacy", acks_late=True)
def watch_privacy() -> None:
    """Take up what was left behind, delete old downloads, erase accounts whose day has come; beat: each hour."""
    exporting.give_up()
    for key in exporting.waiting_exports():
        make_export.delay(key)
    exporting.forget_expired()
    exporting.forget_strays()
    erasing.erase_due()


@shared_task(name="accounts.tasks.tidy", acks_late=True)
def tidy() -> None:
    """Forget sessions that are over and accounts that nobody confirmed; beat: each night."""
    sessions.forget_ended()
    for key in unconfirmed.unconfirmed():
        unconfirmed.forget(key)
