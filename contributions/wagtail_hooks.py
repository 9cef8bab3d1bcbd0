"""Registers the review desk in the editorial office."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contributions.desk.panels import DeskMenuItem, OpenAtDeskMenuItem, QueuePanel
from contributions.desk.views import is_reviewer
from contributions.registry import all_types


@hooks.register("register_admin_urls")
def register_desk() -> list[URLPattern | URLResolver]:
    """The desk, below /admin/contributions/."""
    return [path("contributions/", include("contributions.desk.urls"))]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> DeskMenuItem:
    """The desk in the menu, before the kinds of content."""
    return DeskMenuItem(
        _("Contributions"),
        reverse_lazy("contribution_desk:index"),
        name="contributions",
        icon_name="clipboard-list",
        order=105,
    )


@hooks.register("construct_homepage_panels")
def begin_with_the_queue(request: HttpRequest, panels: list[Any]) -> None:
    """Put the person's queue on the first page of the office."""
    if is_reviewer(request.user):
        panels.append(QueuePanel())


@hooks.register("register_snippet_action_menu_item")
def register_way_to_the_desk(model: Any) -> OpenAtDeskMenuItem | None:
    """A link to the desk beside the buttons of an item that is in review."""
    if any(kind.model_class() is model for kind in all_types()):
        return OpenAtDeskMenuItem(order=70)
    return None
