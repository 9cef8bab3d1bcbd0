"""Version stamps: how a process learns that its in-memory copy of something is out of date."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.models import Stamp

_known: ContextVar[dict[str, int] | None] = ContextVar("known_stamps", default=None)


def bump(name: str) -> None:
    """Say that whatever ``name`` stands for has changed; call it inside the transaction of the change.

    The new version is random, not the next number: were the transaction rolled back, another change would get the
    same number, and a process that has seen the first would take its copy for current.
    """
    Stamp.objects.update_or_create(name=name, defaults={"version": 1 + secrets.randbits(62)})
    known = _known.get()
    if known is not None:
        known.clear()


def version(name: str) -> int:
    """Return the version of ``name``, 0 when it has never changed.

    Inside ``one_reading`` (every request) all stamps are read by one query, the first time one is asked for.
    """
    known = _known.get()
    if known is None:
        return Stamp.objects.filter(pk=name).values_list("version", flat=True).first() or 0
    if not known:
        known.update(Stamp.objects.values_list("name", "version"))
        known.setdefault("", 0)
    return known.get(name, 0)


@contextmanager
def one_reading() -> Iterator[None]:
    """Read the stamps at most once while the block runs."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)
