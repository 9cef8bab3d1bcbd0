"""The editorial office's page on the search index: how the engines are, which items are parked, try them again."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.base import ViewSet

from core.office_reports import AllowedMixin, QuestionView, filters_of, menu_item_for
from core.spreadsheets import HarmlessExportMixin
from search import services
from search.backends import all_backends
from search.models import IndexFailure
from search.registry import all_types, get_type, split_uid
from search.states import EngineState, engine_label, engine_states, waiting_for_meaning

INDEX: Final = "search-index:index"
#: Errors of the database as their texts begin; see ``plain_reason``.
_OF_THE_DATABASE: Final = ("OperationalError", "IntegrityError", "DataError", "DatabaseError", "InternalError")


@dataclass(frozen=True, slots=True)
class ParkedItem:
    """A line of the table: a parked item, named by its title as long as it exists."""

    pk: int
    uid: str
    title: str
    language: str
    edit_url: str
    type_label: str
    engine_label: str
    reason: str
    error: str
    failed_at: dt.datetime


def plain_reason(error: str) -> str:
    """Return in plain words what kind of error the text of ``IndexFailure.error`` tells of."""
    if error.startswith("status 413"):
        return _("It is too long for the search engine.")
    if error.startswith("status "):
        return _("The search engine refused it.")
    if error.startswith(_OF_THE_DATABASE):
        return _("The database could not store it in the index.")
    return _("The portal could not read everything in it.")


def parked() -> "QuerySet[IndexFailure]":
    """Return what is parked of the engines in use; of others nobody reads the index."""
    return IndexFailure.objects.filter(engine__in=[backend.name for backend in all_backends()])


def _described(failures: Iterable[IndexFailure], user: Any) -> list[ParkedItem]:
    """Return the lines for ``failures``, with one query for each type among them."""
    rows = list(failures)
    keys: dict[str, list[int]] = {}
    for row in rows:
        known = split_uid(row.uid)
        if known is not None:
            keys.setdefault(known[0].code, []).append(known[1])
    items: dict[str, Any] = {}
    for indexed in all_types():
        if indexed.code in keys:
            found = indexed.model_class()._default_manager.in_bulk(keys[indexed.code])
            items |= {indexed.uid(key): item for key, item in found.items()}
    finder = AdminURLFinder(user)
    return [_line(row, items.get(row.uid), finder) for row in rows]


def _line(row: IndexFailure, item: Any, finder: AdminURLFinder) -> ParkedItem:
    indexed = get_type(row.type)
    return ParkedItem(
        pk=row.pk,
        uid=row.uid,
        title="" if item is None else str(item),
        language=getattr(item, "language", ""),
        edit_url="" if item is None else finder.get_edit_url(item) or "",
        type_label=row.type if indexed is None else str(indexed.label),
        engine_label=engine_label(row.engine),
        reason=plain_reason(row.error),
        error=row.error,
        failed_at=row.failed_at,
    )


def _types() -> list[tuple[str, str]]:
    return [(indexed.code, str(indexed.label_plural)) for indexed in all_types()]


def _engines() -> list[tuple[str, str]]:
    return [(backend.name, engine_label(backend.name)) for backend in all_backends()]


class FailureFilterSet(WagtailFilterSet):
    """Finds parked items by type and, where there are several, by engine."""

    type = django_filters.ChoiceFilter(
        label=gettext_lazy("Type"), choices=_types, empty_label=gettext_lazy("All types"), widget=forms.RadioSelect
    )
    engine = django_filters.ChoiceFilter(
        label=gettext_lazy("Search engine"),
        choices=_engines,
        empty_label=gettext_lazy("All search engines"),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = IndexFailure
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(all_backends()) == 1:
            del self.filters["engine"]


class IndexKeeperMixin(AllowedMixin):
    """Lets in whoever looks after the index."""

    allowed = staticmethod(services.may_keep_index)


class SearchIndexView(IndexKeeperMixin, HarmlessExportMixin, ReportView):
    """The engines, and below them what is parked."""

    template_name = "search/admin/index.html"
    results_template_name = "search/admin/index_results.html"
    page_title = gettext_lazy("Search index")
    header_icon = "search"
    model = IndexFailure
    filterset_class = FailureFilterSet
    index_url_name = INDEX
    index_results_url_name = "search-index:index_results"
    list_export: ClassVar[list[str]] = ["uid", "title", "type_label", "engine_label", "reason", "error", "failed_at"]
    export_headings: ClassVar[dict[str, Any]] = {
        "uid": gettext_lazy("Identifier"),
        "title": gettext_lazy("Title"),
        "type_label": gettext_lazy("Type"),
        "engine_label": gettext_lazy("Search engine"),
        "reason": gettext_lazy("Problem"),
        "error": gettext_lazy("Error message"),
        "failed_at": gettext_lazy("When"),
    }

    def get_filename(self) -> str:
        """Return the name of a download, without its ending."""
        return f"search-index-{timezone.localdate():%Y-%m-%d}"

    def get_base_queryset(self) -> "QuerySet[IndexFailure]":
        """What is parked, newest first."""
        return parked()

    def decorate_paginated_queryset(self, object_list: Iterable[IndexFailure]) -> list[ParkedItem]:
        """Return the lines of this page."""
        return _described(object_list, self.request.user)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the engines, and the addresses that keep the filters."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        suffix = filters_of(self.request.GET)
        states: Sequence[EngineState] = () if self.is_export else engine_states()
        return context | {
            "engines": states,
            "everything_is_in": all(state.answers and not state.waiting and not state.outdated for state in states),
            "waiting_for_meaning": 0 if self.is_export or self.results_only else waiting_for_meaning(),
            "shows_engine": len(all_backends()) > 1,
            "back_url": self.index_url + suffix,
            "retry_all_url": reverse("search-index:retry_all") + suffix,
        }


def _say_how_many(request: HttpRequest, count: int) -> None:
    text = ngettext(
        "%(count)d item is being tried again. If it fails again, it will be back here within the hour.",
        "%(count)d items are being tried again. Those that fail again will be back here within the hour.",
        count,
    )
    messages.success(request, text % {"count": count})


class RetryView(IndexKeeperMixin, View):
    """Sends one parked item on its way again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        """Do it through the service, say so, and go back to the table as it was filtered."""
        count = services.retry(parked().filter(pk=pk), request.user)
        if count:
            _say_how_many(request, count)
        else:
            messages.info(request, _("This item is no longer parked: somebody was faster, or it is in the index."))
        return redirect(get_valid_next_url_from_request(request) or reverse(INDEX))


class RetryAllView(IndexKeeperMixin, QuestionView):
    """Asks before it sends everything that is parked, or what the filters leave of it, on its way again."""

    template_name = "search/admin/confirm_retry.html"
    page_title = gettext_lazy("Try all again")
    header_icon = "rotate"
    report_url_name = INDEX
    report_label = gettext_lazy("Search index")

    @cached_property
    def chosen(self) -> "QuerySet[IndexFailure]":
        """What the filters of the address leave."""
        filters = FailureFilterSet(self.request.GET, parked(), request=self.request)
        found: QuerySet[IndexFailure] = filters.qs if filters.is_valid() else parked()
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how many items are meant."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        query = self.request.GET.urlencode()
        return context | {
            "number": self.chosen.order_by().values("uid").distinct().count(),
            "action_url": self.request.get_full_path(),
            "back_url": f"{reverse(INDEX)}?{query}" if query else reverse(INDEX),
        }

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        """Do it through the service and say so."""
        count = services.retry(self.chosen, request.user)
        if count:
            _say_how_many(request, count)
        else:
            messages.info(request, _("Nothing is parked any more."))
        return redirect(INDEX)


class SearchIndexViewSet(ViewSet):
    """The page, its rows alone for the filters, and the two buttons."""

    icon = "search"
    menu_label = gettext_lazy("Search index")
    menu_name = "search-index"
    menu_order = 9000
    menu_hook = "register_reports_menu_item"
    menu_item_class = menu_item_for(services.may_keep_index)

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the addresses below ``search-index/``."""
        return [
            path("", SearchIndexView.as_view(), name="index"),
            path("results/", SearchIndexView.as_view(results_only=True), name="index_results"),
            path("retry/<int:pk>/", RetryView.as_view(), name="retry"),
            path("retry/", RetryAllView.as_view(), name="retry_all"),
        ]
