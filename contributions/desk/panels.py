"""What the desk puts elsewhere in the editorial office: its place in the menu, a panel on the first page, links."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.snippets.action_menu import ActionMenuItem

from contributions.desk.queues import working_days_ago
from contributions.desk.views import is_reviewer
from contributions.models import Contribution, Review, State

#: So many of the queue stand on the first page.
_SHOWN = 5


class DeskMenuItem(MenuItem):
    """The desk in the menu, with how many contributions wait for the person."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Shown to those who review."""
        return is_reviewer(request.user)

    def render_component(self, request: HttpRequest) -> Any:
        """Add the number to the name; the item itself is shared by all requests."""
        component = super().render_component(request)
        count = Review.objects.queue_of(request.user).order_by().count()
        if count:
            component.label = _("%(name)s (%(count)d)") % {"name": self.label, "count": count}
        return component


class QueuePanel(Component):
    """The person's queue on the first page of the office."""

    name = "contributions"
    template_name = "contributions/desk/panel.html"
    order = 40

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the figures of the queue and what waits the longest."""
        user = parent_context["request"].user
        queue = Review.objects.queue_of(user)
        index = reverse("contribution_desk:index")
        late = queue.order_by().filter(due_at__lt=timezone.now()) | queue.order_by().exclude(escalated_at=None)
        fresh = queue.order_by().filter(claimed_by=None, started_at__gte=working_days_ago(timezone.now(), 5))
        mine = Review.objects.open().filter(claimed_by_id=user.pk)
        count = queue.count()
        return {
            "figures": [
                {"label": _("Overdue"), "count": late.count(), "url": f"{index}?age=overdue"},
                {"label": _("Taken up by me"), "count": mine.count(), "url": reverse("contribution_desk:taken")},
                {"label": _("New this week"), "count": fresh.count(), "url": f"{index}?ordering=-since"},
            ],
            "waiting": ngettext("%(count)d contribution waits for you.", "%(count)d contributions wait for you.", count)
            % {"count": count},
            "count": count,
            "reviews": queue.select_related("contribution", "claimed_by")[:_SHOWN],
            "index_url": index,
        }


class OpenAtDeskMenuItem(ActionMenuItem):
    """The way from the page where an item is edited to the desk, while it is in review."""

    name = "action-review-desk"
    label = gettext_lazy("Open at the review desk")
    icon_name = "clipboard-list"

    def is_shown(self, context: Any) -> bool:
        """Shown where the item is in review and within the person's reach."""
        return context["view"] == "edit" and _open_one(context) is not None

    def get_url(self, parent_context: Any) -> str | None:
        """The page of the contribution at the desk."""
        contribution = _open_one(parent_context)
        return reverse("contribution_desk:review", args=[contribution.pk]) if contribution is not None else None


def _open_one(context: Any) -> Contribution | None:
    user, item = context["request"].user, context.get("instance")
    if item is None or not is_reviewer(user):
        return None
    open_ones = Contribution.objects.reviewable_by(user).about(item)
    found: Contribution | None = open_ones.filter(state__in=(State.IN_REVIEW, State.CHANGES_REQUESTED)).first()
    return found
