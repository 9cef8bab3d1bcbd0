"""Numbers about contributions for everybody: counted in the database, without names, small groups not told."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import ExtractMonth
from django.utils import timezone
from django.utils.dates import MONTHS
from wagtail.models import TaskState

from content.registry import kinds
from contributions.models import Contribution, Event, Review, State
from contributions.stages import Stage
from core.sorting import sort_key
from taxonomy.catalogue import get_catalogue

#: What is counted by month, in the order in which it happens.
COUNTED: Final = (Event.Kind.SUBMITTED, Event.Kind.CHANGES_REQUESTED, Event.Kind.DECLINED, Event.Kind.PUBLISHED)
#: A smaller group could point at a person, or at one reviewer's week.
SMALLEST_GROUP: Final = 5
_DECIDED: Final = (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
_SECONDS_OF_A_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Month:
    """How many contributions something happened to in a month; ``counts`` follow ``COUNTED``."""

    number: int
    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Duration:
    """After how many days half of ``count`` were done; ``days`` is None for too small a group."""

    label: str
    count: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """A country; ``count`` is None when it is too small to be told."""

    code: str
    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How many contributions wait now, by stage, and for their contributors."""

    by_stage: tuple[tuple[str, int], ...]
    with_contributors: int


def _bounds(year: int) -> tuple[dt.datetime, dt.datetime]:
    zone = timezone.get_current_timezone()
    return dt.datetime(year, 1, 1, tzinfo=zone), dt.datetime(year + 1, 1, 1, tzinfo=zone)


def years(now: dt.datetime | None = None) -> list[int]:
    """Return the years there are numbers of, the present one first."""
    this = timezone.localtime(now).year
    first = Event.objects.filter(kind=Event.Kind.SUBMITTED).aggregate(first=models.Min("at"))["first"]
    begun = timezone.localtime(first).year if first is not None else this
    return list(range(this, min(begun, this) - 1, -1))


def months(year: int, now: dt.datetime | None = None) -> list[Month]:
    """Return what happened in the months of ``year``, up to the present one."""
    start, end = _bounds(year)
    rows = (
        Event.objects.filter(kind__in=COUNTED, at__gte=start, at__lt=end)
        .order_by()
        .annotate(month=ExtractMonth("at"))
        .values("month", "kind")
        .annotate(number=models.Count("contribution", distinct=True))
        .values_list("month", "kind", "number")
    )
    counts = {(month, kind): number for month, kind, number in rows}
    today = timezone.localtime(now)
    last = today.month if year == today.year else 12
    return [
        Month(month, str(MONTHS[month]), tuple(counts.get((month, kind.value), 0) for kind in COUNTED))
        for month in range(1, last + 1)
    ]


def totals(rows: list[Month]) -> tuple[int, ...]:
    """Return the sums of the months, in the order of ``COUNTED``."""
    return tuple(sum(column) for column in zip(*(row.counts for row in rows), strict=True))


def standing() -> Standing:
    """Return what waits now."""
    rows = Contribution.objects.open().order_by().values("state", "stage").annotate(number=models.Count("pk"))
    found = list(rows.values_list("state", "stage", "number"))
    by_stage = tuple(
        (str(stage.label), sum(number for state, at, number in found if state == State.IN_REVIEW and at == stage))
        for stage in Stage
    )
    asked = sum(number for state, _stage, number in found if state == State.CHANGES_REQUESTED)
    return Standing(by_stage, asked)


def durations(year: int, total_label: str) -> list[Duration]:
    """Return how long each stage took that was decided in ``year``, and the whole way (``total_label``)."""
    start, end = _bounds(year)
    reviews = Review.objects.filter(finished_at__gte=start, finished_at__lt=end, status__in=_DECIDED)
    found = [_duration(str(stage.label), reviews.filter(stage=stage), "started_at", "finished_at") for stage in Stage]
    decided = Contribution.objects.filter(decided_at__gte=start, decided_at__lt=end).exclude(submitted_at=None)
    return [*found, _duration(total_label, decided, "submitted_at", "decided_at")]


def _duration(label: str, rows: Any, begin: str, finish: str) -> Duration:
    """The median, found by the database: the row, or the two rows, in the middle of the order."""
    count: int = rows.count()
    if count < SMALLEST_GROUP:
        return Duration(label, count, None)
    took = models.ExpressionWrapper(models.F(finish) - models.F(begin), output_field=models.DurationField())
    ordered = rows.annotate(took=took).order_by("took").values_list("took", flat=True)
    middle: list[dt.timedelta] = list(ordered[(count - 1) // 2 : count // 2 + 1])
    if not middle:
        return Duration(label, count, None)
    seconds = sum(value.total_seconds() for value in middle) / len(middle)
    return Duration(label, count, max(1, round(seconds / _SECONDS_OF_A_DAY)))


def countries(year: int) -> list[Group]:
    """Return about which countries contributions of ``year`` are, by name; a small number is not told."""
    start, end = _bounds(year)
    counts: dict[str, int] = {}
    for model in kinds().values():
        submitted = Contribution.objects.filter(
            item_type=ContentType.objects.get_for_model(model), submitted_at__gte=start, submitted_at__lt=end
        )
        rows = model._default_manager.filter(pk__in=submitted.values("item_id")).order_by()
        # An item that was corrected was contributed to more than once; here it counts once.
        found = rows.values("countries__code").annotate(number=models.Count("pk", distinct=True))
        for code, number in found.values_list("countries__code", "number"):
            counts[code or ""] = counts.get(code or "", 0) + number
    catalogue = get_catalogue()
    groups = [
        Group(code, catalogue.label("countries", code or "EU"), number if number >= SMALLEST_GROUP else None)
        for code, number in counts.items()
    ]
    return sorted(groups, key=lambda group: sort_key(group.name))
