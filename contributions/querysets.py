"""The words in which contributions and reviews are asked for."""

import datetime as dt
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from wagtail.models import TaskState

from accounts.permissions import Action, Scope, scopes
from contributions.stages import STAGE_ACTIONS, Stage

if TYPE_CHECKING:
    from accounts.permissions import Someone
    from content.models import ContentItem

    Base = models.QuerySet[Any, Any]
else:
    Base = models.QuerySet


class Turnaround(NamedTuple):
    """How many contributions were decided, and after how many days half of them were."""

    decided: int
    median_days: int


def keys_within_reach(user: "Someone", action: Action) -> dict[int, models.QuerySet[Any]]:
    """Return, by content type, the keys of the items to which ``user`` may do ``action`` by their countries."""
    from contributions.registry import all_types

    found: dict[int, models.QuerySet[Any]] = {}
    for kind in all_types():
        model = kind.model_class()
        rows = model._default_manager.reachable_by(user, action).values("pk")
        found[ContentType.objects.get_for_model(model).pk] = rows
    return found


class ContributionQuerySet(Base):
    """Contributions."""

    def of(self, user: "Someone") -> Self:
        """A person's own contributions, the one touched last first."""
        return self.filter(contributor_id=user.pk).order_by("-saved_at", "-pk")

    def in_state(self, state: str) -> Self:
        """Contributions in ``state`` (a value of ``State``); all of them for an empty text."""
        return self.filter(state=state) if state else self.all()

    def open(self) -> Self:
        """Contributions that wait for somebody: reviewers or their contributor."""
        return self.filter(state__in=("in-review", "changes-requested"))

    def about(self, item: "ContentItem") -> Self:
        """Contributions to ``item``, the latest first."""
        kind = ContentType.objects.get_for_model(item)
        return self.filter(item_type=kind, item_id=item.pk).order_by("-pk")

    def turnaround(self, kind: str, now: dt.datetime | None = None) -> "Turnaround":
        """How long contributions of the type ``kind`` took that were decided in the last twelve months."""
        since = (now or timezone.now()) - dt.timedelta(days=365)
        decided = self.filter(type=kind, decided_at__gte=since).exclude(submitted_at=None)
        days = [
            (end - start).total_seconds() / 86_400
            for start, end in decided.values_list("submitted_at", "decided_at").order_by("-decided_at")[:5_000]
        ]
        return Turnaround(len(days), max(1, round(median(days))) if days else 0)

    def reviewable_by(self, user: "Someone") -> Self:
        """Submitted contributions whose item is within the person's reach as a reviewer, decided ones included."""
        # A correction that is still being written has its item already, and is its contributor's business alone.
        submitted = self.exclude(item_id=None).exclude(submitted_at=None)
        actions = [action for action in STAGE_ACTIONS.values() if scopes(user, action)]
        if any(Scope.ALL in scopes(user, action) for action in actions):
            return submitted
        allowed = models.Q(pk__in=[])
        for action in actions:
            for kind, rows in keys_within_reach(user, action).items():
                allowed |= models.Q(item_type_id=kind, item_id__in=rows)
        return submitted.filter(allowed)


class ReviewQuerySet(Base):
    """Passages through stages."""

    def open(self) -> Self:
        """Stages that wait for a decision."""
        return self.filter(status=TaskState.STATUS_IN_PROGRESS)

    def within_reach(self, user: "Someone") -> Self:
        """Stages that ``user`` may do by the permission table."""
        allowed = models.Q(pk__in=[])
        for stage, action in STAGE_ACTIONS.items():
            reach = scopes(user, action)
            if Scope.ALL in reach:
                allowed |= models.Q(stage=stage)
            elif reach:
                for kind, rows in keys_within_reach(user, action).items():
                    allowed |= models.Q(stage=stage, contribution__item_type_id=kind, contribution__item_id__in=rows)
        return self.filter(allowed)

    def queue_of(self, user: "Someone") -> Self:
        """What waits for ``user``: the oldest first, never their own.

        The coordinators' stage is in the editors' queue only when its deadline has passed or an editor has taken it.
        """
        rows = self.open().within_reach(user).exclude(contribution__contributor_id=user.pk)
        if Scope.ALL in scopes(user, Action.REVIEW_FACTS):
            waiting = models.Q(escalated_at=None, stage=Stage.FACTS) & ~models.Q(claimed_by_id=user.pk)
            rows = rows.exclude(waiting)
        return rows.order_by("started_at", "pk")

    def overdue(self, now: dt.datetime | None = None) -> Self:
        """Open stages whose deadline has passed."""
        return self.open().filter(due_at__lt=now or timezone.now())
