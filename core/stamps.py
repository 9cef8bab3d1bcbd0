"""Version stamps: how a process learns that its in-memory copy of something is out of date."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import F

from core.models import Stamp

_known: ContextVar[dict[str, int] | None] = ContextVar("known_stamps", default=None)


def bump(name: str) -> None:
    """Say that whatever ``name`` stands for has changed; call it inside the transaction of the change."""
    if not Stamp.objects.filter(name=name).update(version=F("version") + 1):
        Stamp.objects.get_or_create(name=name, defaults={"version": 1})
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
