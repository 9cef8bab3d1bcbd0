"""Wagtail's questions about content items, answered from the permission table."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from wagtail.permission_policies import ModelPermissionPolicy

from accounts.permissions import Action, may

if TYPE_CHECKING:
    from accounts.permissions import Someone

#: What Wagtail's words mean in the table.
WAGTAIL_ACTIONS: Final[dict[str, Action]] = {
    "add": Action.CREATE,
    "change": Action.EDIT,
    "view": Action.VIEW_DRAFT,
    "delete": Action.DELETE_DRAFT,
    "publish": Action.PUBLISH,
    "lock": Action.LOCK,
    "unlock": Action.LOCK,
}


class ContentItemPolicy(ModelPermissionPolicy):
    """The permission table as one of Wagtail's permission policies; verbs that the table lacks are refused."""

    def user_has_permission(self, user: "Someone", action: str) -> bool:
        """Return whether ``user`` may do ``action`` to at least some items."""
        return action in WAGTAIL_ACTIONS and may(user, WAGTAIL_ACTIONS[action])

    def user_has_permission_for_instance(self, user: "Someone", action: str, instance: Any) -> bool:
        """Return whether ``user`` may do ``action`` to this item; only what was never public may be deleted."""
        if action not in WAGTAIL_ACTIONS or not may(user, WAGTAIL_ACTIONS[action], instance):
            return False
        return action != "delete" or instance.may_be_deleted

    def instances_user_has_any_permission_for(self, user: "Someone", actions: Iterable[str]) -> Any:
        """Return the items to which ``user`` may do one of ``actions``."""
        found = self.model._default_manager.none()
        for action in actions:
            if action in WAGTAIL_ACTIONS:
                found = found | self.model._default_manager.reachable_by(user, WAGTAIL_ACTIONS[action])
        return found
