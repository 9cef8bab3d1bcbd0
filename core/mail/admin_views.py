"""The editorial office's page on e-mails: what was sent, what waits, what was put aside and can be sent again."""

from typing import Any, ClassVar, Final

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.base import ViewSet

from core.mail import services
from core.mail.models import MailState, OutboxMail
from core.mail.panels import figures
from core.office_reports import AllowedMixin, QuestionView, filters_of, menu_item_for

INDEX: Final = "outbox:index"


class MailFilterSet(WagtailFilterSet):
    """Finds e-mails by state, event, person and time."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=MailState.choices,
        empty_label=gettext_lazy("All states"),
        widget=forms.RadioSelect,
    )
    kind = django_filters.AllValuesFilter(label=gettext_lazy("Kind"))
    to = django_filters.CharFilter(lookup_expr="icontains", label=gettext_lazy("To (e-mail)"))
    created_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Written"), widget=DateRangePickerWidget)

    class Meta:
        model = OutboxMail
        fields: ClassVar[list[str]] = []


class PostmasterMixin(AllowedMixin):
    """Lets in whoever may see e-mails."""

    allowed = staticmethod(services.may_see_mail)


class OutboxView(PostmasterMixin, ReportView):
    """The e-mails, newest first, those that need a look on top.

    Not to be downloaded: addresses and letters have no business in a spreadsheet.
    """

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
        return OutboxMail.objects.defer("html").attention_first()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the figures, and the address that keeps the filters."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return context | {
            "figures": None if self.results_only else figures(),
            "back_url": self.index_url + filters_of(self.request.GET),
        }


class ConfirmView(PostmasterMixin, QuestionView):
    """A question before something is sent again: GET asks, POST does it."""

    template_name = "core/admin/mail_confirm.html"
    page_title = gettext_lazy("Send again")
    header_icon = "mail"
    report_url_name = INDEX
    report_label = gettext_lazy("E-mails")

    @property
    def back_url(self) -> str:
        """The table as it was filtered."""
        return get_valid_next_url_from_request(self.request) or reverse(INDEX)


class SendAgainView(ConfirmView):
    """Puts one e-mail that was put aside back into the queue."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the e-mail that is meant."""
        mail = get_object_or_404(OutboxMail.objects.defer("html"), pk=self.kwargs["pk"])
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"mail": mail, "number": int(mail.can_be_sent_again), "back_url": self.back_url}

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        """Do it through the service, say so, and go back to the table as it was filtered."""
        mail = get_object_or_404(OutboxMail, pk=pk)
        if services.send_again(mail=mail, user=request.user):
            messages.success(request, _("The e-mail is being sent again."))
        else:
            messages.info(request, _("This e-mail is no longer put aside: somebody was faster, or its text is gone."))
        return redirect(self.back_url)


class SendAllAgainView(ConfirmView):
    """Puts everything that was put aside back into the queue; what is in doubt is decided one by one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how many are meant."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"mail": None, "number": figures().parked, "back_url": self.back_url}

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        """Do it through the service and say how many wait now."""
        count = services.send_all_again(user=request.user)
        if count:
            text = ngettext("%(count)s e-mail waits.", "%(count)s e-mails wait.", count)
            messages.success(request, text % {"count": count})
        else:
            messages.info(request, _("Nothing is parked any more."))
        return redirect(self.back_url)


class OutboxViewSet(ViewSet):
    """The page, its rows alone for the filters, and the buttons."""

    icon = "mail"
    menu_label = gettext_lazy("E-mails")
    menu_name = "outbox"
    menu_order = 9050
    menu_hook = "register_reports_menu_item"
    menu_item_class = menu_item_for(services.may_see_mail)

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the addresses below ``outbox/``."""
        return [
            path("", OutboxView.as_view(), name="index"),
            path("results/", OutboxView.as_view(results_only=True), name="index_results"),
            path("send-again/", SendAllAgainView.as_view(), name="send_all_again"),
            path("<int:pk>/send-again/", SendAgainView.as_view(), name="send_again"),
        ]
