"""The lists of the desk: which contributions each tab holds, and how many there are by country and stage."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributions.appeals import with_open_appeal
from contributions.models import Contribution, Review, State
from contributions.registry import all_types
from contributions.stages import Stage
from taxonomy.catalogue import get_catalogue

if TYPE_CHECKING:
    from accounts.models import User

    Contributions = models.QuerySet[Contribution]

_SATURDAY = 5


class Tab(models.TextChoices):
    """A list of the desk; its value stands in the address."""

    QUEUE = "queue", _("My queue")
    TAKEN = "taken", _("Taken up by me")
    OPEN = "open", _("All in review")
    WAITING = "waiting", _("Waiting for the contributor")
    APPEALED = "appealed", _("Another look asked for")
    DECIDED = "decided", _("Decided")


def contributions_of(tab: Tab, user: "User") -> "Contributions":
    """Return the contributions within the person's reach that ``tab`` holds, in no order."""
    rows: Contributions = Contribution.objects.reviewable_by(user)
    if tab is Tab.QUEUE:
        waiting = Review.objects.queue_of(user).order_by()
        return rows.filter(pk__in=waiting.values("contribution_id"))
    if tab is Tab.TAKEN:
        taken = Review.objects.open().filter(claimed_by_id=user.pk)
        return rows.filter(pk__in=taken.values("contribution_id"))
    if tab is Tab.APPEALED:
        return with_open_appeal(rows)
    states = {
        Tab.OPEN: (State.IN_REVIEW,),
        Tab.WAITING: (State.CHANGES_REQUESTED,),
        Tab.DECIDED: (State.PUBLISHED, State.DECLINED, State.WITHDRAWN),
    }
    return rows.filter(state__in=states[tab])


def with_ages(rows: "Contributions") -> "Contributions":
    """Return contributions that know since when they are as they are, when they are due, and who has them."""
    last = Review.objects.filter(contribution=models.OuterRef("pk")).order_by("-pk")
    is_open = models.Q(state=State.IN_REVIEW)
    return rows.annotate(
        started_at=models.Subquery(last.values("started_at")[:1]),
        finished_at=models.Subquery(last.values("finished_at")[:1]),
        due_at=models.Subquery(last.open().values("due_at")[:1]),
        since=models.Case(
            models.When(is_open, then=Coalesce("started_at", "submitted_at")),
            default=Coalesce("decided_at", "finished_at", "saved_at"),
            output_field=models.DateTimeField(),
        ),
    )


def working_days_ago(now: dt.datetime, days: int) -> dt.datetime:
    """Return the moment ``days`` working days (Monday to Friday) before ``now``."""
    moment, left = now, days
    while left > 0:
        moment -= dt.timedelta(days=1)
        left -= moment.weekday() < _SATURDAY
    return moment


def for_country(rows: "Contributions", code: str) -> "Contributions":
    """Return the contributions about the country with that code."""
    wanted = models.Q(pk__in=[])
    for kind in all_types():
        model = kind.model_class()
        keys = model._default_manager.for_country(code).values("pk")
        wanted |= models.Q(item_type=ContentType.objects.get_for_model(model), item_id__in=keys)
    return rows.filter(wanted)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of contributions that leads to them."""

    label: str
    count: int
    code: str


def by_stage(rows: "Contributions") -> list[Figure]:
    """Return how many contributions wait in each stage."""
    counts = dict(rows.order_by().values_list("stage").annotate(models.Count("pk")))
    return [Figure(str(stage.label), counts[stage.value], stage.value) for stage in Stage if counts.get(stage.value)]


def by_country(rows: "Contributions") -> list[Figure]:
    """Return how many contributions there are about each country, most first; one about two counts for both."""
    counts: dict[str, int] = {}
    for kind in all_types():
        model: Any = kind.model_class()
        keys = rows.filter(item_type=ContentType.objects.get_for_model(model)).order_by().values("item_id")
        # Keys from the database, not a join: an item has one open contribution at a time.
        pairs = model._default_manager.filter(pk__in=keys).values_list("countries__code").annotate(models.Count("pk"))
        for code, count in pairs.order_by():
            if code:
                counts[code] = counts.get(code, 0) + count
    catalogue = get_catalogue()
    found = [Figure(catalogue.label("countries", code), count, code) for code, count in counts.items()]
    return sorted(found, key=lambda figure: (-figure.count, figure.label))


def overdue(rows: "Contributions", now: dt.datetime | None = None) -> "Contributions":
    """Return the contributions whose stage has passed its deadline, once or for good."""
    late = Review.objects.open().filter(
        models.Q(due_at__lt=now or timezone.now()) | models.Q(escalated_at__isnull=False)
    )
    return rows.filter(pk__in=late.values("contribution_id"))
