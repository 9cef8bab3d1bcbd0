"""The desk's lists: filtered, sorted by age, page by page, and as a table to download."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.reports import ReportView

from contributions.desk.queues import (
    Tab,
    by_country,
    by_stage,
    contributions_of,
    for_country,
    overdue,
    with_ages,
    working_days_ago,
)
from contributions.desk.views import ReviewerMixin
from contributions.models import Contribution, Review, State
from contributions.registry import all_types, get_type
from contributions.stages import Stage
from core.languages import CHOICES, ENDONYMS
from core.spreadsheets import HarmlessExportMixin
from taxonomy.models import Country

_ALL = gettext_lazy("All")


def _types() -> list[tuple[str, str]]:
    return [(kind.code, str(kind.label_plural)) for kind in all_types()]


class ContributionFilterSet(WagtailFilterSet):
    """The filters of every list."""

    type = django_filters.ChoiceFilter(label=gettext_lazy("Type"), choices=_types, empty_label=_ALL)
    country = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Country"),
        queryset=Country.objects.order_by("name_en"),
        to_field_name="code",
        method="by_country",
        empty_label=_ALL,
    )
    language = django_filters.ChoiceFilter(label=gettext_lazy("Original language"), choices=CHOICES, empty_label=_ALL)
    stage = django_filters.ChoiceFilter(label=gettext_lazy("Stage"), choices=Stage.choices, empty_label=_ALL)
    age = django_filters.ChoiceFilter(
        label=gettext_lazy("Age"),
        choices=[
            ("overdue", gettext_lazy("Overdue")),
            ("5", gettext_lazy("Older than 5 working days")),
            ("10", gettext_lazy("Older than 10 working days")),
        ],
        empty_label=_ALL,
        method="by_age",
    )

    class Meta:
        model = Contribution
        fields: ClassVar[list[str]] = []

    def by_country(self, rows: Any, name: str, value: Country | None) -> Any:
        """Keep what is about that country."""
        return for_country(rows, value.code) if value else rows

    def by_age(self, rows: Any, name: str, value: str) -> Any:
        """Keep what is overdue, or as it is for longer than that."""
        if value == "overdue":
            return overdue(rows)
        return rows.filter(since__lt=working_days_ago(timezone.now(), int(value)))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list."""

    pk: int
    title: str
    language: str
    endonym: str
    type_label: str
    countries: str
    state_label: str
    stage_label: str
    submitted_at: dt.datetime | None
    since: dt.datetime | None
    due_at: dt.datetime | None
    lateness: str
    claimed_by: str
    correction: str
    is_own: bool
    url: str


def line_of(contribution: Any, user: Any) -> Line:
    """Return the row of a contribution with its ages, its item and its open reviews."""
    review: Review | None = contribution.open_reviews[0] if contribution.open_reviews else None
    kind = get_type(contribution.type)
    item = contribution.item
    in_review = contribution.state == State.IN_REVIEW
    return Line(
        pk=contribution.pk,
        title=str(contribution),
        language=contribution.language,
        endonym=ENDONYMS.get(contribution.language, ""),
        type_label=contribution.type if kind is None else str(kind.label),
        countries=item.country_names if item is not None else "",
        state_label=str(State(contribution.state).label),
        stage_label=str(Stage(contribution.stage).label) if in_review and contribution.stage else "",
        submitted_at=contribution.submitted_at,
        since=contribution.since,
        due_at=contribution.due_at,
        lateness=_lateness(review),
        claimed_by=str(review.claimed_by) if review is not None and review.claimed_by else "",
        correction=_("Correction") if contribution.is_correction else "",
        is_own=contribution.contributor_id == user.pk,
        url=reverse("contribution_desk:review", args=[contribution.pk]),
    )


def _lateness(review: Review | None) -> str:
    if review is None:
        return ""
    if review.escalated_at is not None:
        return _("Overdue, passed on to the editors")
    if review.is_overdue:
        return _("Overdue")
    return _("Reminded") if review.reminded_at is not None else ""


class DeskIndexView(ReviewerMixin, HarmlessExportMixin, ReportView):
    """One list of the desk."""

    tab: Tab = Tab.QUEUE
    template_name = "contributions/desk/index.html"
    results_template_name = "contributions/desk/index_results.html"
    page_title = gettext_lazy("Contributions")
    header_icon = "clipboard-list"
    model = Contribution
    filterset_class = ContributionFilterSet
    is_searchable = True
    search_fields: ClassVar[list[str]] = ["title", "contributor__first_name", "contributor__last_name"]
    list_export: ClassVar[list[str]] = [
        "pk",
        "title",
        "language",
        "type_label",
        "correction",
        "countries",
        "state_label",
        "stage_label",
        "submitted_at",
        "since",
        "due_at",
        "lateness",
        "claimed_by",
    ]
    export_headings: ClassVar[dict[str, Any]] = {
        "pk": gettext_lazy("Number"),
        "title": gettext_lazy("Title"),
        "language": gettext_lazy("Original language"),
        "type_label": gettext_lazy("Type"),
        "correction": gettext_lazy("Correction"),
        "countries": gettext_lazy("Countries"),
        "state_label": gettext_lazy("State"),
        "stage_label": gettext_lazy("Stage"),
        "submitted_at": gettext_lazy("Submitted"),
        "since": gettext_lazy("Since"),
        "due_at": gettext_lazy("Due"),
        "lateness": gettext_lazy("Deadline"),
        "claimed_by": gettext_lazy("Taken up by"),
    }

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say where this list stands."""
        super().setup(request, *args, **kwargs)
        name = "index" if self.tab is Tab.QUEUE else self.tab.value
        self.index_url_name = f"contribution_desk:{name}"
        self.index_results_url_name = f"contribution_desk:{name}_results"

    def get_page_subtitle(self) -> str:
        """The name of the list."""
        return str(self.tab.label)

    def get_filename(self) -> str:
        """Return the name of a download, without its ending."""
        return f"contributions-{self.tab.value}-{timezone.localdate():%Y-%m-%d}"

    def get_base_queryset(self) -> "QuerySet[Contribution]":
        """What the list holds, with all that its rows show."""
        claims = Review.objects.open().select_related("claimed_by").order_by("-pk")
        return (
            with_ages(contributions_of(self.tab, self.request.user))
            .defer("data")
            .prefetch_related(Prefetch("reviews", claims, to_attr="open_reviews"), "item", "item__countries")
        )

    def get_ordering(self) -> tuple[str, str]:
        """By age: what waits the longest first; of the decided ones the latest first."""
        newest_first = self.request.GET.get("ordering", "-since" if self.tab is Tab.DECIDED else "since") == "-since"
        return ("-since", "-pk") if newest_first else ("since", "pk")

    def decorate_paginated_queryset(self, object_list: Iterable[Contribution]) -> list[Line]:
        """Return the rows of this page."""
        return [line_of(contribution, self.request.user) for contribution in object_list]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the tabs with their counts, the figures, and the way to the other order."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        query = self.request.GET.copy()
        for name in ("p", "export", "_w_filter_fragment", "ordering"):
            query.pop(name, None)
        newest_first = self.ordering[0] == "-since"
        query["ordering"] = "since" if newest_first else "-since"
        context |= {
            "tab": self.tab,
            "newest_first": newest_first,
            "other_order_url": f"{self.index_url}?{query.urlencode()}",
        }
        if not self.is_export and not self.results_only:
            context |= self._figures()
        return context

    def _figures(self) -> dict[str, Any]:
        user: Any = self.request.user
        in_review = contributions_of(Tab.OPEN, user)
        tabs = [
            {
                "label": tab.label,
                "url": reverse(f"contribution_desk:{'index' if tab is Tab.QUEUE else tab.value}"),
                "count": contributions_of(tab, user).count(),
                "is_current": tab is self.tab,
            }
            for tab in Tab
        ]
        return {
            "tabs": tabs,
            "stages": by_stage(in_review),
            "countries": by_country(in_review),
            "overdue_count": overdue(in_review).count(),
            "open_url": reverse("contribution_desk:open"),
        }
