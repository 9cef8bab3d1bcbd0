"""The base of every kind of content in the editorial office: all its views are kept to the rows within reach."""

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import StatusTagColumn, TitleColumn
from wagtail.permissions import policy_registry, register_permission_policy
from wagtail.snippets.views import snippets

from accounts.permissions import Action, may
from content.admin_views import (
    ArchiveView,
    BringBackView,
    ConfirmView,
    ItemCopyView,
    ItemCreateView,
    ItemDeleteView,
    ItemEditView,
    ItemHistoryView,
    ItemUnpublishView,
    ItemWorkflowActionView,
)
from content.choosers import GuardedChooserViewSet
from content.guard import RowGuardMixin
from content.permission_policy import ContentItemPolicy
from core.spreadsheets import HarmlessExportMixin

if TYPE_CHECKING:
    from django.views import View

#: What the person must be allowed to do to the row that a view shows or changes. The first class that fits counts:
#: a copy is a kind of create, a preview of a new item a kind of preview.
VIEW_ACTIONS: Final[tuple[tuple[type, Action], ...]] = (
    (snippets.CopyView, Action.CREATE),
    (snippets.CreateView, Action.CREATE),
    (snippets.EditView, Action.EDIT),
    (snippets.DeleteView, Action.DELETE_DRAFT),
    (snippets.UsageView, Action.VIEW_DRAFT),
    (snippets.HistoryView, Action.VIEW_DRAFT),
    (snippets.InspectView, Action.VIEW_DRAFT),
    (snippets.PreviewOnCreateView, Action.CREATE),
    (snippets.PreviewOnEditView, Action.EDIT),
    (snippets.PreviewRevisionView, Action.VIEW_DRAFT),
    (snippets.RevisionsCompareView, Action.VIEW_DRAFT),
    (snippets.RevisionsUnscheduleView, Action.PUBLISH),
    (snippets.UnpublishView, Action.UNPUBLISH),
    (snippets.LockView, Action.LOCK),
    (snippets.UnlockView, Action.LOCK),
    (snippets.WorkflowActionView, Action.VIEW_DRAFT),
    (snippets.CollectWorkflowActionDataView, Action.VIEW_DRAFT),
    (snippets.ConfirmWorkflowCancellationView, Action.EDIT),
    (snippets.WorkflowPreviewView, Action.VIEW_DRAFT),
    (snippets.WorkflowHistoryView, Action.VIEW_DRAFT),
    (snippets.WorkflowHistoryDetailView, Action.VIEW_DRAFT),
    (snippets.ReorderView, Action.EDIT),
    (snippets.IndexView, Action.VIEW_DRAFT),
)


def guarded(view_class: "type[View]") -> "type[View]":
    """Return ``view_class`` with the guard in front.

    Raises ImproperlyConfigured for a view that nobody has thought about, so that a new release of Wagtail cannot
    open a way around the table.
    """
    if issubclass(view_class, RowGuardMixin):
        return view_class
    for known, action in VIEW_ACTIONS:
        if issubclass(view_class, known):
            return type(view_class.__name__, (RowGuardMixin, view_class), {"guarded_action": action})
    message = f"{view_class.__name__} stands in no line of VIEW_ACTIONS: say what it needs."
    raise ImproperlyConfigured(message)


class StatusColumn(StatusTagColumn):
    """The state of an item in words."""

    def __init__(self) -> None:
        super().__init__("status_string", label=gettext_lazy("Status"), sort_key="live", primary=lambda item: item.live)


class ItemTitleColumn(TitleColumn):
    """The latest title, marked with the language it is in."""

    cell_template_name = "content/title_cell.html"


class ItemIndexView(HarmlessExportMixin, snippets.IndexView):
    """The list of one kind of content."""

    def get_base_queryset(self) -> Any:
        """Only what the person may see, or take away as a file."""
        action = Action.EXPORT if self.is_export else Action.VIEW_DRAFT
        return super().get_base_queryset().reachable_by(self.request.user, action)

    def _get_title_column(self, field_name: str, column_class: Any = ItemTitleColumn, **kwargs: Any) -> Any:
        return super()._get_title_column(field_name, column_class, **kwargs)

    def get_delete_url(self, instance: Any) -> str | None:
        """Offer deletion only of what was never public."""
        if not instance.may_be_deleted or not may(self.request.user, Action.DELETE_DRAFT, instance):
            return None
        url: str | None = super().get_delete_url(instance)
        return url

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        """Add the way to the public page."""
        buttons: list[Any] = super().get_list_more_buttons(instance)
        if instance.live:
            url = instance.get_absolute_url()
            buttons.append(MenuItem(_("View on the site"), url=url, icon_name="view", priority=15))
        return buttons


class GuardedItemViewSet(snippets.SnippetViewSet):
    """The editorial office's views of one kind of content, each of them kept to the rows within reach."""

    index_view_class = ItemIndexView
    add_view_class = ItemCreateView
    copy_view_class = ItemCopyView
    edit_view_class = ItemEditView
    delete_view_class = ItemDeleteView
    history_view_class = ItemHistoryView
    unpublish_view_class = ItemUnpublishView
    workflow_action_view_class = ItemWorkflowActionView
    archive_view_class = ArchiveView
    bring_back_view_class = BringBackView
    confirm_view_class = ConfirmView
    chooser_viewset_class = GuardedChooserViewSet
    inspect_view_enabled = True
    copy_view_enabled = True
    # The admin's search index is not updated on every save; titles are searched in the database.
    search_backend_name = None
    search_fields: tuple[str, ...] = ("title", "english_title")
    list_per_page = 50
    ordering = ("-updated_at", "-pk")

    def construct_view(self, view_class: "type[View]", **kwargs: Any) -> Any:
        """Put the guard in front of every view there is."""
        return super().construct_view(guarded(view_class), **kwargs)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the views the names of the item's own actions."""
        common: dict[str, Any] = super().get_common_view_kwargs(
            archive_url_name=self.get_url_name("archive"),
            bring_back_url_name=self.get_url_name("bring_back"),
            confirm_url_name=self.get_url_name("confirm"),
            **kwargs,
        )
        return common

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the rows of the list with what its columns show."""
        return (
            self.model._default_manager.with_state()
            .select_related("contributor")
            .prefetch_related("countries", "topics")
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        """Add the actions of an item's life."""
        own = (
            ("archive", self.archive_view_class),
            ("bring_back", self.bring_back_view_class),
            ("confirm", self.confirm_view_class),
        )
        patterns: list[URLPattern] = super().get_urlpatterns()
        return patterns + [
            path(f"{name.replace('_', '-')}/<int:pk>/", self.construct_view(view), name=name) for name, view in own
        ]

    def on_register(self) -> None:
        """Answer Wagtail's questions about this kind from the permission table, then register as usual."""
        if not policy_registry.get_by_type(self.model, fallback=False):
            register_permission_policy(self.model, ContentItemPolicy(self.model), exact_class=True)
        super().on_register()
