"""The audit log in the editorial office: read, filtered, exported, never changed."""

from typing import Any, ClassVar

import django_filters
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy

from core.models import AuditEntry
from core.office_reports import menu_item_for
from core.spreadsheets import HarmlessExportMixin

#: From how many changed fields on they are folded away.
_FOLD_FROM = 6


def _values(entry: AuditEntry) -> SafeString:
    """What changed, field by field: before and after; empty values are left out, long lists folded away."""
    names = sorted(entry.before.keys() | entry.after.keys())
    pairs = ((name, _shorten(entry.before.get(name)), _shorten(entry.after.get(name))) for name in names)
    rows = [pair for pair in pairs if pair[1] != pair[2]]
    items = format_html('<ul class="audit-values">{}</ul>', format_html_join("", "<li>{}: {} → {}</li>", rows))
    if len(rows) < _FOLD_FROM:
        return items
    heading = ngettext("%(count)d field", "%(count)d fields", len(rows)) % {"count": len(rows)}
    return format_html("<details><summary>{}</summary>{}</details>", heading, items)


def _shorten(value: Any, limit: int = 80) -> str:
    text = "–" if value in (None, "", [], {}) else str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


class AuditFilterSet(WagtailFilterSet):
    """Finds entries by what was done, to which kind of object, by whom, when."""

    action = django_filters.AllValuesFilter(label=_("Action"))
    model = django_filters.AllValuesFilter(label=_("Kind of object"))
    object_key = django_filters.CharFilter(label=_("Number of the object"))
    person = django_filters.CharFilter(field_name="user__email", lookup_expr="icontains", label=_("Who (e-mail)"))
    created_at = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)

    class Meta:
        model = AuditEntry
        fields: ClassVar[list[str]] = []


class AuditIndexView(HarmlessExportMixin, IndexView):
    """The list of entries, newest first."""

    page_title = _("Audit log")
    any_permission_required: ClassVar[list[str]] = ["view"]

    @cached_property
    def columns(self) -> list[Any]:
        """When, who, what, to which object, and what changed."""
        return [
            DateColumn("created_at", label=_("When"), width="12%"),
            Column("user", label=_("Who"), accessor=lambda entry: entry.user or _("the portal itself"), width="15%"),
            Column("action", label=_("Action"), width="15%"),
            Column(
                "label", label=_("Object"), accessor=lambda entry: f"{entry.label} ({entry.model} {entry.object_key})"
            ),
            Column("changes", label=_("Before → after"), accessor=_values, width="35%"),
        ]

    def get_base_queryset(self) -> Any:
        """Every entry, with its person."""
        return AuditEntry.objects.select_related("user")


class AuditViewSet(ModelViewSet):
    """The audit log: a list and nothing else."""

    model = AuditEntry
    icon = "history"
    menu_label = _("Audit log")
    menu_name = "audit-log"
    menu_order = 9100
    menu_hook = "register_reports_menu_item"
    menu_item_class = menu_item_for(lambda user: bool(user.has_perm("core.view_auditentry")))
    index_view_class = AuditIndexView
    filterset_class = AuditFilterSet
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields: ClassVar[list[str]] = []
    search_backend_name = None
    search_fields: ClassVar[list[str]] = ["label", "object_key", "user__email"]
    list_export: ClassVar[list[str]] = [
        "created_at",
        "user",
        "action",
        "model",
        "object_key",
        "label",
        "before",
        "after",
    ]
    list_per_page = 50

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """No page may offer to add, change or delete an entry."""
        common: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        for name in ("add", "edit", "delete", "history", "usage"):
            common[f"{name}_url_name"] = self.UNDEFINED
        return common

    def get_urlpatterns(self) -> list[URLPattern]:
        """Only the list and its filtered results."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def register_admin_url_finder(self) -> None:
        """Entries have no page of their own."""

    def on_register(self) -> None:
        """Answer questions about rights from Django's permissions, then register as usual."""
        if not policy_registry.get_by_type(AuditEntry, fallback=False):
            register_permission_policy(AuditEntry, ModelPermissionPolicy(AuditEntry), exact_class=True)
        super().on_register()
