"""Another look at a refusal: asked for once for each refusal, answered by reopening it or by upholding it."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.db import models

from contributions.models import Contribution, Event, State

if TYPE_CHECKING:
    Contributions = models.QuerySet[Contribution]

#: Whichever of them came last says where the refusal stands; a reopened one is not declined any more.
APPEAL_KINDS: Final = (Event.Kind.DECLINED, Event.Kind.APPEALED, Event.Kind.UPHELD)
#: With these the editors were told that somebody waits.
_TOLD_EDITORS: Final = (Event.Kind.APPEALED, Event.Kind.APPEAL_REMINDED)


def last_word(contribution: Contribution, events: Iterable[Event]) -> Event | None:
    """Return where the refusal stands: declined, another look asked for, or upheld; None where nothing is refused.

    ``events`` are those of the contribution, the oldest first.
    """
    if contribution.state != State.DECLINED:
        return None
    words = [event for event in events if event.kind in APPEAL_KINDS]
    return words[-1] if words else None


def waits_for_answer(last: Event | None) -> bool:
    """Whether somebody has asked for another look, and has not been answered; ``last`` is the last word."""
    return last is not None and last.kind == Event.Kind.APPEALED


def with_open_appeal(rows: "Contributions") -> "Contributions":
    """Return the contributions whose contributor waits for the editors to look again."""
    words = Event.objects.filter(contribution=models.OuterRef("pk"), kind__in=APPEAL_KINDS)
    last: Any = models.Subquery(words.order_by("-at", "-pk").values("kind")[:1])
    return rows.filter(state=State.DECLINED).alias(last_word=last).filter(last_word=Event.Kind.APPEALED)


def with_overdue_appeal(rows: "Contributions", since: dt.datetime) -> "Contributions":
    """Return those with an open appeal of which the editors have heard nothing after ``since``, the oldest first."""
    told: Any = models.Max("events__at", filter=models.Q(events__kind__in=_TOLD_EDITORS))
    return (
        with_open_appeal(rows)
        .annotate(editors_told_at=told)
        .filter(editors_told_at__lt=since)
        .order_by("editors_told_at", "pk")
    )
