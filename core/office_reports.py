"""What the office's reports have in common: who sees them, filters that are kept, a question before a deed."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

#: What the address of a report says about the page alone, not about which rows are meant.
_NO_FILTERS: Final = ("p", "export", "_w_filter_fragment")


def filters_of(query: QueryDict) -> str:
    """Return the part of a report's address that filters it ("?state=parked"), or nothing."""
    kept = query.copy()
    for name in _NO_FILTERS:
        kept.pop(name, None)
    return f"?{kept.urlencode()}" if kept else ""


class AllowedMixin:
    """Lets in whom ``allowed`` says yes to; Wagtail sends the others back to their desk."""

    #: staticmethod(function of a person)
    allowed: Callable[[Any], bool]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go on, or raise PermissionDenied."""
        if not self.allowed(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view's
        return response


class QuestionView(WagtailAdminTemplateMixin, TemplateView):
    """A question before something is done to rows of a report: GET asks, POST does it."""

    report_url_name: ClassVar[str]
    report_label: ClassVar[Any]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the report."""
        report = {"url": reverse(self.report_url_name), "label": self.report_label}
        return [*super().get_breadcrumbs_items(), report, {"url": "", "label": self.get_page_title()}]


def menu_item_for(allowed: Callable[[Any], bool]) -> type[MenuItem]:
    """Return a menu item that is shown to whom ``allowed`` says yes to."""

    def is_shown(_item: MenuItem, request: HttpRequest) -> bool:
        return allowed(request.user)

    return type("ReportMenuItem", (MenuItem,), {"is_shown": is_shown})
