"""Registers what all kinds of content share in the editorial office."""

from typing import Any

from django.http import Http404, HttpRequest
from wagtail import hooks

from accounts.permissions import Action, Scope, scopes
from content.attachments import may_fetch
from content.bulk_actions import ArchiveBulkAction, BringBackBulkAction, DeleteDraftsBulkAction, PublishBulkAction
from content.dashboard import DeskPanel

# After Wagtail's own: of two actions with one name the one registered last counts.
for _action in (PublishBulkAction, ArchiveBulkAction, BringBackBulkAction, DeleteDraftsBulkAction):
    hooks.register("register_bulk_action", _action, order=100)


def _sees_everything(request: HttpRequest) -> bool:
    return Scope.ALL in scopes(request.user, Action.VIEW_DRAFT)


@hooks.register("construct_homepage_panels")
def begin_with_the_desk(request: HttpRequest, panels: list[Any]) -> None:
    """Put the desk first, and drop what would name rows of other countries."""
    if not _sees_everything(request):
        panels[:] = [panel for panel in panels if getattr(panel, "name", "") != "workflow_objects_to_moderate"]
    panels.append(DeskPanel())


@hooks.register("construct_homepage_summary_items")
def leave_out_foreign_counts(request: HttpRequest, items: list[Any]) -> None:
    """The counts of all pages and files tell a coordinator nothing."""
    if not _sees_everything(request):
        items.clear()


@hooks.register("construct_reports_menu")
def leave_out_reports(request: HttpRequest, items: list[Any]) -> None:
    """The reports name rows of every country; the addresses themselves are refused by the middleware."""
    if not _sees_everything(request):
        items.clear()


@hooks.register("before_serve_document")
def keep_files_of_drafts(document: Any, request: HttpRequest) -> None:
    """Answer a file of a draft as one that does not exist, unless the reader may see the draft."""
    if not may_fetch(document, request.user):
        raise Http404
