"""Keeps every view of the editorial office to the rows a person may touch.

Wagtail's permission policies alone still list and open other countries' rows (measured), so each view class is given
this guard by the viewset, before it loads anything: a row out of reach is answered as if it did not exist.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404
from wagtail.models import TaskState, WorkflowState

from accounts.permissions import Action

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.permissions import Someone
    from content.models import ContentItem

_LARGEST_KEY = 2**63 - 1


def require_reach(model: "type[ContentItem]", user: "Someone", action: Action, key: Any) -> int:
    """Return the key of the row that ``user`` may do ``action`` to.

    Raises Http404 when the row does not exist or is not theirs to see (the two look the same), and PermissionDenied
    when they may see it but not do this.
    """
    text = unquote(str(key))
    if not text.isascii() or not text.isdigit() or int(text) > _LARGEST_KEY:
        raise Http404
    number = int(text)
    rows = model._default_manager.filter(pk=number)
    if not rows.reachable_by(user, Action.VIEW_DRAFT).exists():
        raise Http404
    if action is not Action.VIEW_DRAFT and not rows.reachable_by(user, action).exists():
        raise PermissionDenied
    return number


class RowGuardMixin:
    """Refuses rows out of reach before the view sets itself up; put in front of every view with a row."""

    guarded_action: ClassVar[Action] = Action.VIEW_DRAFT
    model: Any = None

    def setup(self, request: "HttpRequest", *args: Any, **kwargs: Any) -> None:
        """Check the row in the address, then whatever hangs on it, then let the view begin."""
        if "pk" in kwargs:
            number = require_reach(self.model, request.user, self.guarded_action, kwargs["pk"])
            if "task_state_id" in kwargs:
                self._require_own_task(number, kwargs["task_state_id"])
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # every view has it

    def _require_own_task(self, number: int, task_state: int) -> None:
        # Wagtail takes any task's number here, also one of another item.
        states = WorkflowState.objects.for_instance(self.model(pk=number))
        if not TaskState.objects.filter(pk=task_state, workflow_state__in=states).exists():
            raise Http404
