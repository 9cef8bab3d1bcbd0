"""What the embedded engine keeps in memory: facets as Roaring bitmaps, dates, places by title.

A snapshot never changes once it is in use; a newer one is made from it by copying what differs, so a reader needs no
lock. Each request asks the database for one row to learn whether its snapshot is still current.
"""

import datetime as dt
import json
import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from pyroaring import BitMap

from search.backends.embedded.vectors import Vectors
from search.models import IndexChange, IndexedDocument, IndexState
from search.types import PUBLISHED, PeriodFilter

Bitmap = BitMap
_CLAUSES_KEPT: Final = 512
_CHANGES_SORTED_IN: Final = 200
_COLUMNS: Final = (
    "id",
    "uid",
    "version",
    "deleted",
    "sequence",
    "title_sort",
    "title_key",
    "english_title_key",
    "facets",
    "dates",
)


#: Names under which more than a type's own dates is kept.
ENDS: Final = ":ends"
FIRST_OF: Final = ":first:"
LAST_OF: Final = ":last:"


class Row(NamedTuple):
    """A document as the snapshot knows it; ``dates`` are sortable numbers (days, with the time as a fraction).

    Among them, under names no type can give, are the ends of its periods and the moment it becomes a thing of the past.
    """

    uid: str
    version: int
    title_sort: str
    title_keys: tuple[str, ...]
    dates: dict[str, float]


class Snapshot:
    """The index at one moment."""

    def __init__(self, sequence: int, token: str) -> None:
        self.sequence = sequence
        self.token = token
        self.rows: dict[int, Row] = {}
        self.ids: dict[str, int] = {}
        self.live = BitMap()
        self.facets: dict[str, dict[str, BitMap]] = {}
        self.titles: dict[str, tuple[int, ...]] = {}
        #: Answers of the full-text store to single demands: they hold as long as the snapshot does.
        self.clauses: dict[object, BitMap] = {}
        self._vectors: Vectors | None = None

    # --- reading ----------------------------------------------------------------------------------------------
    def chosen(self, facet: str, codes: Iterable[str]) -> BitMap:
        """Return the documents that have any of ``codes`` in ``facet``."""
        values = self.facets.get(facet, {})
        return BitMap.union(BitMap(), *(values[code] for code in codes if code in values))

    def counts(self, facet: str, among: BitMap) -> dict[str, int]:
        """Return code → how many documents of ``among`` have it, without zeros."""
        values = self.facets.get(facet, {})
        counted = ((code, ids.intersection_cardinality(among)) for code, ids in values.items())
        return {code: count for code, count in counted if count}

    def codes_of(self, key: int) -> list[tuple[str, str]]:
        """Return the (facet, code) pairs of one document."""
        return [(facet, code) for facet, values in self.facets.items() for code, ids in values.items() if key in ids]

    def between(self, first: dt.date | None, last: dt.date | None) -> BitMap:
        """Return the documents published from ``first`` to ``last``, both included."""
        numbers, ids = self._by_date(PUBLISHED)
        start = bisect_left(numbers, first.toordinal()) if first else 0
        end = bisect_right(numbers, last.toordinal() + 0.999999) if last else len(numbers)
        return BitMap(ids[start:end])

    def meeting(self, period: PeriodFilter) -> BitMap:
        """Return the documents whose period of that name meets the days asked for."""
        numbers, ids = self._by_date(FIRST_OF + period.name)
        end = bisect_right(numbers, period.last.toordinal() + 0.999999) if period.last else len(numbers)
        begun = BitMap(ids[:end])
        numbers, ids = self._by_date(LAST_OF + period.name)
        start = bisect_left(numbers, period.first.toordinal()) if period.first else 0
        return begun & BitMap(ids[start:])

    def vectors(self, alias: str) -> Vectors:
        """Return what the documents mean, read when it is first asked for: one query."""
        if self._vectors is None:
            rows = IndexedDocument.objects.using(alias).filter(deleted=False).exclude(vector=b"")
            stored = rows.order_by("id").values_list("id", "vector").iterator(chunk_size=5_000)
            self._vectors = Vectors([(key, bytes(vector)) for key, vector in stored])
        return self._vectors

    def remember_clause(self, clause: object, ids: BitMap) -> None:
        """Keep an answer of the full-text store."""
        if len(self.clauses) >= _CLAUSES_KEPT:
            self.clauses.clear()
        self.clauses[clause] = ids

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages documents are written in, and those their terms' names are in."""
        return tuple(sorted({"en", "fr", "de", *self.facets.get("language", {})}))

    @cached_property
    def by_newest(self) -> list[int]:
        """All documents, the newest first."""
        return sorted(self.rows, key=self.newest_key)

    @cached_property
    def by_title(self) -> list[int]:
        """All documents by title."""
        return sorted(self.rows, key=self.title_order)

    def newest_key(self, key: int) -> tuple[float, str]:
        """Sort key: newest first, then by uid; documents without a date last."""
        row = self.rows[key]
        return -row.dates.get(PUBLISHED, 0.0), row.uid

    def title_order(self, key: int) -> tuple[str, str]:
        """Sort key: by title, then by uid."""
        row = self.rows[key]
        return row.title_sort, row.uid

    def _by_date(self, name: str) -> tuple[list[float], list[int]]:
        known: dict[str, tuple[list[float], list[int]]] = self.__dict__.setdefault("_dates", {})
        if name not in known:
            pairs = sorted((row.dates[name], key) for key, row in self.rows.items() if name in row.dates)
            known[name] = [number for number, _key in pairs], [key for _number, key in pairs]
        return known[name]

    # --- making -----------------------------------------------------------------------------------------------
    def successor(self, sequence: int, token: str, changes: Sequence[tuple[object, ...]]) -> "Snapshot":
        """Return a snapshot with ``changes`` (rows of ``_COLUMNS``) applied; this one stays as it is."""
        new = Snapshot(sequence, token)
        new.rows, new.ids, new.live = dict(self.rows), dict(self.ids), self.live.copy()
        new.titles = dict(self.titles)
        new.facets = {facet: dict(values) for facet, values in self.facets.items()}
        copied: set[tuple[str, str]] = set()
        for change in changes:
            key = int(change[0])  # type: ignore[call-overload]  # a row of the database
            if key in new.rows:
                new._forget(key, copied)
            new._take(change, copied)
        new._keep_orders(self, {int(change[0]) for change in changes})  # type: ignore[call-overload]  # as above
        return new

    def _keep_orders(self, former: "Snapshot", changed: set[int]) -> None:
        """Carry the orders over that ``former`` has already sorted, when little has changed."""
        if len(changed) > _CHANGES_SORTED_IN:
            return
        for name, key in (("by_newest", self.newest_key), ("by_title", self.title_order)):
            if name in former.__dict__:
                ids = [place for place in former.__dict__[name] if place not in changed]
                for place in changed & self.rows.keys():
                    insort(ids, place, key=key)
                self.__dict__[name] = ids

    def _forget(self, key: int, copied: set[tuple[str, str]]) -> None:
        row = self.rows.pop(key)
        self.ids.pop(row.uid, None)
        self.live.discard(key)
        for facet, code in self.codes_of(key):
            self._own(facet, code, copied).discard(key)
        for title in row.title_keys:
            left = tuple(other for other in self.titles.get(title, ()) if other != key)
            if left:
                self.titles[title] = left
            else:
                self.titles.pop(title, None)

    def _take(self, change: Sequence[object], copied: set[tuple[str, str]] | None = None) -> None:
        key, uid, version, deleted, _sequence, title_sort, title, english, facets, dates = change
        if deleted:
            return
        assert isinstance(key, int)  # noqa: S101 - a row of our own table
        titles = tuple(dict.fromkeys(name for name in (str(title), str(english)) if name))
        self.rows[key] = Row(str(uid), int(str(version)), str(title_sort), titles, json.loads(str(dates)))
        self.ids[str(uid)] = key
        self.live.add(key)
        for facet, codes in json.loads(str(facets)).items():
            for code in codes:
                self._own(facet, code, copied).add(key)
        for name in titles:
            self.titles[name] = (*self.titles.get(name, ()), key)

    def _own(self, facet: str, code: str, copied: set[tuple[str, str]] | None) -> BitMap:
        """Return the bitmap to write to, copied first when it may belong to another snapshot."""
        values = self.facets.setdefault(facet, {})
        ids = values.get(code)
        if ids is None:
            ids = values[code] = BitMap()
            if copied is not None:
                copied.add((facet, code))
        elif copied is not None and (facet, code) not in copied:
            ids = values[code] = ids.copy()
            copied.add((facet, code))
        return ids


_lock = threading.Lock()
_snapshots: dict[tuple[str, str], Snapshot] = {}


def current(alias: str = DEFAULT_DB_ALIAS) -> Snapshot:
    """Return the snapshot of the index as the database has it now; one query when nothing has changed."""
    place = (alias, str(connections[alias].settings_dict["NAME"]))
    state = IndexState.objects.using(alias).filter(pk=1).values_list("sequence", "token").first() or (0, "")
    known = _snapshots.get(place)
    if known is not None and known.token == state[1]:
        return known
    with _lock:
        known = _snapshots.get(place)
        if known is None or known.token != state[1]:
            known = _snapshots[place] = _follow(alias, known, *state)
        return known


def _follow(alias: str, known: Snapshot | None, sequence: int, token: str) -> Snapshot:
    rows = IndexedDocument.objects.using(alias).values_list(*_COLUMNS)
    # A later change may already show in the rows: it comes again with the next reading, and does no harm.
    if (
        known is not None
        and known.sequence < sequence
        and IndexChange.objects.using(alias).filter(sequence=known.sequence, token=known.token).exists()
    ):
        changes = list(rows.filter(sequence__gt=known.sequence))
        new = known.successor(sequence, token, changes)
        if known._vectors is not None:
            new._vectors = _followed(alias, known._vectors, [change[0] for change in changes])
        return new
    fresh = Snapshot(sequence, token)
    for row in rows.filter(deleted=False).order_by("id").iterator(chunk_size=5_000):
        fresh._take(row)
    return fresh


def _followed(alias: str, vectors: Vectors, changed: Sequence[int]) -> Vectors | None:
    """Return ``vectors`` with what changed; None, so that all are read anew, when that is too much."""
    rows = IndexedDocument.objects.using(alias).filter(pk__in=changed[:1_000], deleted=False).exclude(vector=b"")
    return vectors.successor(changed, [(key, bytes(vector)) for key, vector in rows.values_list("id", "vector")])
