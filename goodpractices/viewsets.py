"""Good practices and their criteria in the editorial office."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column, UpdatedAtColumn

from accounts.models import User
from accounts.people import people_named
from content.models import Status
from content.viewsets import GuardedItemViewSet, StatusColumn
from core.languages import CHOICES
from core.pages import panels_by_language
from goodpractices.models import Criterion, GoodPractice, Record
from goodpractices.panels import practice_edit_handler
from goodpractices.services import delete_criterion, save_criterion
from taxonomy.models import Country, Theme
from taxonomy.viewsets import RETIRED, TermViewSet


class PracticeFilterSet(WagtailFilterSet):
    """The filters of the list."""

    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices, method="by_status")
    country = django_filters.ModelChoiceFilter(
        label=_("Country"), queryset=Country.objects.order_by("name_en"), to_field_name="code", method="by_country"
    )
    theme = django_filters.ModelChoiceFilter(
        label=_("Theme"), queryset=Theme.objects.all(), to_field_name="code", method="by_theme"
    )
    language = django_filters.ChoiceFilter(label=_("Original language"), choices=CHOICES)
    record = django_filters.ChoiceFilter(label=_("Record"), choices=Record.choices)
    contributor = django_filters.CharFilter(
        label=_("Contributor"),
        help_text=_("Words of the name, or the whole e-mail address"),
        method="by_contributor",
        max_length=254,
    )
    overdue = django_filters.ChoiceFilter(
        label=_("Review"),
        choices=[("true", _("Overdue"))],
        empty_label=_("All"),
        method="by_overdue",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = GoodPractice
        fields: ClassVar[list[str]] = []

    def by_status(self, rows: Any, name: str, value: str) -> Any:
        """Keep rows with that status."""
        return rows.with_status(value)

    def by_country(self, rows: Any, name: str, value: Country | None) -> Any:
        """Keep rows about that country."""
        return rows.filter(pk__in=GoodPractice.objects.for_country(value.code).values("pk")) if value else rows

    def by_theme(self, rows: Any, name: str, value: Theme | None) -> Any:
        """Keep rows with a topic of that theme."""
        return rows.filter(pk__in=GoodPractice.objects.for_theme(value.code).values("pk")) if value else rows

    def by_contributor(self, rows: Any, name: str, value: str) -> Any:
        """Keep rows by people of that name; of the rows out of reach nothing is learnt."""
        return rows.filter(contributor__in=people_named(User.objects.all(), value).values("pk"))

    def by_overdue(self, rows: Any, name: str, value: str) -> Any:
        """Keep rows whose review is overdue."""
        return rows.review_overdue() if value else rows


class ReviewColumn(Column):
    """The day a review is due, marked when it has passed."""

    def get_value(self, instance: GoodPractice) -> str:
        """Return the date in the editor's language."""
        if instance.review_on is None:
            return ""
        day = date_format(instance.review_on, "SHORT_DATE_FORMAT")
        return gettext("%(day)s, overdue") % {"day": day} if instance.review_overdue else day


class GoodPracticeViewSet(GuardedItemViewSet):
    """Good practices."""

    model = GoodPractice
    icon = "pick"
    menu_label = _("Good practices")
    menu_name = "good-practices"
    menu_order = 110
    add_to_admin_menu = True
    edit_handler = practice_edit_handler
    filterset_class = PracticeFilterSet
    search_fields = ("title", "english_title", "organisation")
    export_filename = "good-practices"
    list_display: ClassVar[list[Any]] = [
        "__str__",
        StatusColumn(),
        Column("country_names", label=_("Countries")),
        Column("get_record_display", label=_("Record"), sort_key="record"),
        Column("contributor", label=_("Contributor"), sort_key="contributor"),
        UpdatedAtColumn(label=_("Changed")),
        ReviewColumn("review_on", label=_("Review due"), sort_key="review_on"),
    ]
    list_export: ClassVar[list[str]] = [
        "uid",
        "title",
        "english_title",
        "language",
        "status_string",
        "get_record_display",
        "country_names",
        "topic_names",
        "organisation",
        "contributor",
        "first_published_at",
        "updated_at",
        "review_on",
        "get_absolute_url",
    ]
    export_headings: ClassVar[dict[str, Any]] = {
        "uid": _("Stable id"),
        "status_string": _("Status"),
        "get_record_display": _("Record"),
        "country_names": _("Countries"),
        "topic_names": _("Topics"),
        "get_absolute_url": _("Address"),
    }
    inspect_view_fields: ClassVar[list[str]] = [
        "title",
        "english_title",
        "language",
        "status_string",
        "record",
        "countries",
        "topics",
        "summary",
        "organisation",
        "contributor",
        "updated_at",
    ]


class CriterionViewSet(TermViewSet):
    """The published criteria."""

    model = Criterion
    icon = "check"
    menu_label = _("Criteria")
    menu_order = 900
    list_display: ClassVar[list[Any]] = ["name", "kind", "code", "order", RETIRED]
    edit_handler = TabbedInterface(
        [
            *panels_by_language("name", "explanation"),
            ObjectList(
                [
                    FieldPanel("code"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("order")]),
                    FieldPanel("retired"),
                ],
                heading=_("Code and order"),
            ),
        ]
    )

    @staticmethod
    def on_saved(term: Any, user: Any, before: dict[str, Any] | None) -> None:
        """Record the change; pages that show the criteria are rendered anew."""
        save_criterion(criterion=term, user=user, before=before)

    @staticmethod
    def on_delete(term: Any, user: Any) -> None:
        """Delete a criterion that no practice was assessed by."""
        delete_criterion(criterion=term, user=user)
