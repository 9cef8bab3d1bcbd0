"""What a person finds on their desk: the state of each kind of content within their reach."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from accounts.permissions import Action
from content.models import Status
from content.registry import kinds


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that leads to the rows it counts."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One kind of content: its figures and what was changed last."""

    heading: str
    figures: list[Figure]
    latest: list[Any]
    edit_url_name: str


class DeskPanel(Component):
    """The first panel of the editorial office."""

    name = "desk"
    template_name = "content/desk.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return one desk per kind of content that the person may see drafts of."""
        user = parent_context["request"].user
        desks = [self._desk(model, user) for model in kinds().values()]
        return {"desks": [desk for desk in desks if desk is not None]}

    def _desk(self, model: Any, user: Any) -> Desk | None:
        viewset = getattr(model, "snippet_viewset", None)
        if viewset is None:
            return None
        rows = model._default_manager.reachable_by(user, Action.VIEW_DRAFT)
        address = reverse(viewset.get_url_name("list"))
        wanted = (Status.DRAFT, Status.IN_REVIEW, Status.SCHEDULED, Status.CORRECTING)
        figures = [
            Figure(str(status.label), rows.with_status(status).count(), f"{address}?status={status.value}")
            for status in wanted
        ]
        figures.append(Figure(_("Review overdue"), rows.review_overdue().count(), f"{address}?overdue=true"))
        return Desk(
            heading=capfirst(str(model._meta.verbose_name_plural)),
            figures=figures,
            latest=list(rows.with_state().select_related("latest_revision").order_by("-updated_at")[:5]),
            edit_url_name=viewset.get_url_name("edit"),
        )
