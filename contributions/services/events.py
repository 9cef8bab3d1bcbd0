"""Writing down what happened to a contribution, and telling whoever should know."""

from typing import TYPE_CHECKING

from contributions.models import Contribution, Event
from contributions.signals import contribution_event
from contributions.telling import tell
from core import audit

if TYPE_CHECKING:
    from accounts.models import User


def record_event(
    contribution: Contribution,
    kind: Event.Kind,
    *,
    actor: "User | None" = None,
    stage: str = "",
    reason: str = "",
) -> Event:
    """Write down that ``kind`` happened, for the contributor and the audit log, and queue the e-mails about it.

    Call it inside the transaction of the change, so that neither exists without the other.
    """
    event = Event.objects.create(contribution=contribution, kind=kind, stage=stage, actor=actor, reason=reason)
    after = {"state": contribution.state, "stage": stage, "reason": reason, "item": contribution.item_id}
    audit.record(user=actor, action=f"contribution.{kind.value}", instance=contribution, after=after)
    tell(event)
    contribution_event.send(sender=Contribution, contribution=contribution, event=event)
    return event
