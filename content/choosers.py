"""The chooser of content items: offers, and accepts, only rows within reach."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
    SnippetCreateView,
)
from wagtail.snippets.widgets import AdminSnippetChooser

from accounts.permissions import Action
from content.guard import require_reach


class TitleFilterForm(BaseFilterForm):
    """Finds items by words of their title; the admin's search index is not kept up to date on every save."""

    q = forms.CharField(
        label=_("Search term"), widget=forms.TextInput(attrs={"placeholder": _("Search")}), required=False
    )

    def filter(self, objects: Any) -> Any:
        """Keep the items whose title, in either language, holds what was typed."""
        objects = super().filter(objects)
        text = self.cleaned_data.get("q")
        if text:
            self.is_searching = True
            self.search_query = text
            objects = objects.titled(text)
        return objects


class _ReachableMixin:
    model_class: Any
    request: HttpRequest
    filter_form_class = TitleFilterForm

    def get_object_list(self) -> Any:
        """Only what the person may see as a draft."""
        return self.model_class.objects.reachable_by(self.request.user, Action.VIEW_DRAFT)


class GuardedChooseView(_ReachableMixin, ChooseView):
    """The chooser's window."""


class GuardedChooseResultsView(_ReachableMixin, ChooseResultsView):
    """The chooser's list of results."""


class GuardedChosenView(SnippetChosenView):
    """One chosen item."""

    def get_object(self, pk: Any) -> Any:
        """Return the item, or answer as if there were none."""
        number = require_reach(self.model_class, self.request.user, Action.VIEW_DRAFT, pk)
        return super().get_object(number)


class GuardedChosenMultipleView(SnippetChosenMultipleView):
    """Several chosen items; those out of reach are left out."""

    def get_objects(self, pks: list[str]) -> Any:
        """Return the items within reach."""
        numbers = [int(pk) for pk in pks if pk.isascii() and pk.isdigit() and len(pk) < 19]
        rows = self.model_class.objects.filter(pk__in=numbers)
        return rows.reachable_by(self.request.user, Action.VIEW_DRAFT)


class NoCreateView(SnippetCreateView):
    """An item is never made inside a chooser: its template needs a whole page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer that there is no such page."""
        raise Http404


class ItemChooser(AdminSnippetChooser):
    """The chooser's field: Wagtail puts its words together in whatever language is active when it is made."""

    def __init__(self, model: Any = None, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self.choose_one_text = _("Choose")
        self.choose_another_text = _("Choose another")
        self.link_to_chosen_text = _("Edit")


class GuardedChooserViewSet(SnippetChooserViewSet):
    """The chooser of every kind of content."""

    choose_view_class = GuardedChooseView
    choose_results_view_class = GuardedChooseResultsView
    chosen_view_class = GuardedChosenView
    chosen_multiple_view_class = GuardedChosenMultipleView
    create_view_class = NoCreateView
    base_widget_class = ItemChooser
