"""The editorial office's page on e-mails: what was sent, what waits, what was put aside and can be sent again."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.base import ViewSet

from core.mail import services
from core.mail.models import MailState, OutboxMail

INDEX: Final = "outbox:index"
#: What the addresses of the page say about the page alone, not about which rows are meant.
_NO_FILTERS: Final = ("p", "export", "_w_filter_fragment")


@dataclass(frozen=True, slots=True)
class Figures:
    """How many e-mails stand where an administrator should look."""

    waiting: int
    oldest: dt.datetime | None
    parked: int
    in_doubt: int


def figures() -> Figures:
    """Count what is not sent, with one query."""
    rows = OutboxMail.objects.exclude(state=MailState.SENT).order_by().values("state")
    found: dict[str, Any] = {row["state"]: row for row in rows.annotate(number=Count("pk"), oldest=Min("created_at"))}
    unsent = [found[state] for state in (MailState.QUEUED, MailState.SENDING) if state in found]
    return Figures(
        waiting=sum(row["number"] for row in unsent),
        oldest=min((row["oldest"] for row in unsent), default=None),
        parked=found.get(MailState.PARKED, {}).get("number", 0),
        in_doubt=found.get(MailState.IN_DOUBT, {}).get("number", 0),
    )


class MailFilterSet(WagtailFilterSet):
    """Finds e-mails by state, event and person."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=MailState.choices,
        empty_label=gettext_lazy("All states"),
        widget=forms.RadioSelect,
    )
    kind = django_filters.AllValuesFilter(label=gettext_lazy("Kind"))
    to = django_filters.CharFilter(lookup_expr="icontains", label=gettext_lazy("To (e-mail)"))

    class Meta:
        model = OutboxMail
        fields: ClassVar[list[str]] = []


class PostmasterMixin:
    """Lets in whoever may see e-mails; Wagtail sends the others back to their desk."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go on, or raise PermissionDenied."""
        if not services.may_see_mail(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view's
        return response


class OutboxView(PostmasterMixin, ReportView):
    """The e-mails, newest first. Not to be downloaded: addresses and letters have no business in a spreadsheet."""

    template_name = "core/admin/mail.html"
    results_template_name = "core/admin/mail_results.html"
    page_title = gettext_lazy("E-mails")
    header_icon = "mail"
    model = OutboxMail
    filterset_class = MailFilterSet
    index_url_name = INDEX
    index_results_url_name = "outbox:index_results"

    def get_base_queryset(self) -> "QuerySet[OutboxMail]":
        """Every e-mail, without its HTML."""
        return OutboxMail.objects.defer("html").order_by("-pk")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the figures, and the address that keeps the filters."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        query = self.request.GET.copy()
        for name in _NO_FILTERS:
            query.pop(name, None)
        suffix = f"?{query.urlencode()}" if query else ""
        return context | {
            "figures": None if self.results_only else figures(),
            "back_url": self.index_url + suffix,
        }


class SendAgainView(PostmasterMixin, View):
    """Puts one e-mail that was put aside back into the queue."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        """Do it through the service, say so, and go back to the table as it was filtered."""
        mail = get_object_or_404(OutboxMail, pk=pk)
        if services.send_again(mail=mail, user=request.user):
            messages.success(request, _("The e-mail is being sent again."))
        else:
            messages.info(request, _("This e-mail is no longer put aside: somebody was faster, or its text is gone."))
        return redirect(get_valid_next_url_from_request(request) or reverse(INDEX))


class OutboxMenuItem(MenuItem):
    """Shown to those who may see e-mails."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the right."""
        return services.may_see_mail(request.user)


class OutboxViewSet(ViewSet):
    """The page, its rows alone for the filters, and the button."""

    icon = "mail"
    menu_label = gettext_lazy("E-mails")
    menu_name = "outbox"
    menu_order = 9050
    menu_hook = "register_reports_menu_item"
    menu_item_class = OutboxMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the addresses below ``outbox/``."""
        return [
            path("", OutboxView.as_view(), name="index"),
            path("results/", OutboxView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/send-again/", SendAgainView.as_view(), name="send_again"),
        ]
