"""What of the e-mails needs a look: the figures, and their place on the first page of the office."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from core.mail.models import LATE_AFTER, MailState, OutboxMail


@dataclass(frozen=True, slots=True)
class Figures:
    """How many e-mails stand where an administrator should look; those without a text can be helped no more."""

    waiting: int
    oldest: dt.datetime | None
    parked: int
    in_doubt: int

    @property
    def is_late(self) -> bool:
        """Whether what waits should have been sent by now."""
        return self.oldest is not None and self.oldest < timezone.now() - LATE_AFTER

    @property
    def need_a_look(self) -> bool:
        """Whether an administrator has something to do."""
        return bool(self.parked or self.in_doubt) or self.is_late


def figures() -> Figures:
    """Count what is not sent, with one query."""
    rows = OutboxMail.objects.exclude(state=MailState.SENT).order_by().values("state")
    counted = rows.annotate(number=Count("pk", filter=~Q(text="")), oldest=Min("created_at", filter=~Q(text="")))
    found: dict[str, Any] = {row["state"]: row for row in counted if row["number"]}
    unsent = [found[state] for state in (MailState.QUEUED, MailState.SENDING) if state in found]
    return Figures(
        waiting=sum(row["number"] for row in unsent),
        oldest=min((row["oldest"] for row in unsent), default=None),
        parked=found.get(MailState.PARKED, {}).get("number", 0),
        in_doubt=found.get(MailState.IN_DOUBT, {}).get("number", 0),
    )


class OutboxPanel(Component):
    """E-mails that need a look, on the first page of the office; nothing when none does."""

    name = "outbox"
    template_name = "core/admin/mail_panel.html"
    order = 30

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the figures and the address of the page."""
        return {"figures": figures(), "index_url": reverse("outbox:index")}
