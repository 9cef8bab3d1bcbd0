"""Tidies the editorial office's menus after the permission table."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from accounts import bulk_actions
from accounts.person_chooser import PersonChooserViewSet, person_chooser

# After Wagtail's own, whose places they take.
for refusal in (bulk_actions.NoDeletion, bulk_actions.NoRoles, bulk_actions.NoActiveState):
    hooks.register("register_bulk_action", refusal, order=1)


@hooks.register("register_admin_viewset")
def choose_people() -> PersonChooserViewSet:
    """Wherever a person is chosen, it is with a search: a list of all of them has no end."""
    return person_chooser


@hooks.register("construct_settings_menu")
def leave_out_groups(request: HttpRequest, items: list[Any]) -> None:
    """Roles are defined by the permission table in code; editing their groups would be undone."""
    items[:] = [item for item in items if item.name not in {"groups", "workflows", "workflow-tasks"}]


@hooks.register("construct_main_menu")
def leave_out_help(request: HttpRequest, items: list[Any]) -> None:
    """Wagtail's own help leads off the portal."""
    items[:] = [item for item in items if item.name != "help"]
