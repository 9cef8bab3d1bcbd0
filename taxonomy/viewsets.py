"""The vocabulary in the editorial office: three languages, where each term is used, retired rather than deleted."""

from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column, StatusFlagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.usage import UsageView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from core import audit
from core.pages import panels_by_language
from taxonomy import services
from taxonomy.models import Country, DocumentType, Language, OrganisationType, TargetGroup, Theme, Topic

#: Says "retired" where a term is, and nothing where it is not.
RETIRED: Final = StatusFlagColumn("retired", label=gettext_lazy("Retired"), true_label=gettext_lazy("retired"))


class TermForm(WagtailAdminModelForm):
    """A term: its code is set once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("Stands in addresses and in other people's data; it never changes.")


class TermIndexView(generic.IndexView):
    """The terms of one vocabulary with how often each is used."""

    @cached_property
    def usage(self) -> dict[int, int]:
        """How often each term is used."""
        return services.usage_counts(self.model)

    @cached_property
    def columns(self) -> list[Any]:
        """The declared columns, and the use at the end."""
        used = Column(
            "used",
            label=gettext_lazy("Used"),
            accessor=lambda term: self.usage.get(term.pk, 0),
            classname="used",
        )
        return [*super().columns, used]

    def get_delete_url(self, instance: Any) -> str | None:
        """Offer deletion only of what nothing uses."""
        if self.usage.get(instance.pk, 0):
            return None
        url: str | None = super().get_delete_url(instance)
        return url


class SavedMixin:
    """Writes the audit log and tells everyone after a term was saved."""

    request: HttpRequest
    form: Any
    on_saved: Any = None

    def save_instance(self) -> Any:
        """Save, and record what changed."""
        before = None
        if self.form.instance.pk:
            former = type(self.form.instance)._default_manager.get(pk=self.form.instance.pk)
            before = audit.snapshot(former)
        instance = super().save_instance()  # type: ignore[misc]  # Wagtail's view has it
        self.on_saved(instance, self.request.user, before)
        return instance


class TermCreateView(SavedMixin, generic.CreateView):
    """A new term."""


class TermEditView(SavedMixin, generic.EditView):
    """A term."""

    @cached_property
    def can_delete(self) -> bool:
        """Only what nothing uses."""
        return bool(super().can_delete) and not services.usage_count(self.object)


class TermDeleteView(generic.DeleteView):
    """Deletes a term that nothing uses."""

    on_delete: Any = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask, unless the term is in use."""
        return self._refusal() or super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> Any:
        """Delete through the service."""
        refusal = self._refusal()
        if refusal is not None:
            return refusal
        try:
            self.on_delete(self.object, self.request.user)
        except (ValidationError, models.ProtectedError):
            return self._refuse(services.usage_count(self.object))
        messages.success(self.request, self.get_success_message())
        return HttpResponseRedirect(self.get_success_url())

    def _refusal(self) -> HttpResponseRedirect | None:
        count = services.usage_count(self.object)
        return self._refuse(count) if count else None

    def _refuse(self, count: int) -> HttpResponseRedirect:
        text = ngettext(
            "“%(name)s” is used %(count)d time and cannot be deleted. Tick “retired” to no longer offer it.",
            "“%(name)s” is used %(count)d times and cannot be deleted. Tick “retired” to no longer offer it.",
            count,
        )
        messages.error(self.request, text % {"name": self.object, "count": count})
        return HttpResponseRedirect(reverse(self.edit_url_name, args=(self.object.pk,)))


class TermUsageView(UsageView):
    """Every row that points to a term, whatever it is."""

    page_title = gettext_lazy("Where it is used")

    def get_queryset(self) -> Any:
        """Return the rows, all of them: a few hundred at most are shown, page by page."""
        return [row for _model, rows in services.usages(self.object) for row in rows]

    @cached_property
    def columns(self) -> list[Any]:
        """What it is and where to edit it."""
        finder = AdminURLFinder(self.request.user)
        return [
            TitleColumn("name", label=gettext_lazy("Name"), accessor=str, get_url=finder.get_edit_url),
            Column("kind", label=gettext_lazy("Kind"), accessor=lambda row: capfirst(str(row._meta.verbose_name))),
        ]

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:
        """The rows as they are: Wagtail's own table expects its reference index."""
        return super(UsageView, self).get_table(object_list, **kwargs)


class TermViewSet(ModelViewSet):
    """The base of every vocabulary's views."""

    icon = "tag"
    index_view_class = TermIndexView
    add_view_class = TermCreateView
    edit_view_class = TermEditView
    delete_view_class = TermDeleteView
    usage_view_class = TermUsageView
    copy_view_enabled = False
    list_per_page = 100
    ordering: ClassVar[list[str]] = ["order", "code"]
    search_backend_name = None
    search_fields: ClassVar[list[str]] = ["code", "name_en", "name_fr", "name_de"]
    list_display: ClassVar[list[Any]] = ["name", "code", "order", RETIRED]
    list_filter: ClassVar[list[str]] = ["retired"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the views what follows a change."""
        common: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        return common | {"on_saved": self.on_saved, "on_delete": self.on_delete}

    def get_edit_handler(self) -> Any:
        """Use the form of terms whatever panels a vocabulary declares."""
        handler = super().get_edit_handler()
        handler.base_form_class = TermForm
        return handler

    @staticmethod
    def on_saved(term: Any, user: models.Model, before: dict[str, Any] | None) -> None:
        """Record the change through the service."""
        services.record_saved(term=term, user=user, before=before)

    @staticmethod
    def on_delete(term: Any, user: models.Model) -> None:
        """Delete through the service."""
        services.delete_term(term=term, user=user)


def _term_panels(*translated: str, own: tuple[str, ...] = ()) -> TabbedInterface:
    common = [
        FieldPanel("code"),
        *(FieldPanel(name) for name in own),
        FieldRowPanel([FieldPanel("order"), FieldPanel("retired")]),
    ]
    return TabbedInterface(
        [*panels_by_language(*translated), ObjectList(common, heading=gettext_lazy("Code and order"))]
    )


class ThemeViewSet(TermViewSet):
    """Themes."""

    model = Theme
    edit_handler = _term_panels("name", "description")


class TopicViewSet(TermViewSet):
    """Topics."""

    model = Topic
    edit_handler = _term_panels("name", own=("theme",))
    list_display: ClassVar[list[Any]] = ["name", "theme", "code", "order", RETIRED]
    list_filter: ClassVar[list[str]] = ["theme", "retired"]


class CountryViewSet(TermViewSet):
    """Countries."""

    model = Country
    edit_handler = _term_panels("name")


class LanguageViewSet(TermViewSet):
    """Languages."""

    model = Language
    edit_handler = _term_panels("name", own=("endonym",))
    list_display: ClassVar[list[Any]] = ["name", "endonym", "code", "order", RETIRED]


class TargetGroupViewSet(TermViewSet):
    """Target groups."""

    model = TargetGroup
    edit_handler = _term_panels("name", own=("axis",))
    list_display: ClassVar[list[Any]] = ["name", "axis", "code", "order", RETIRED]
    list_filter: ClassVar[list[str]] = ["axis", "retired"]


class OrganisationTypeViewSet(TermViewSet):
    """Types of organisation."""

    model = OrganisationType
    edit_handler = _term_panels("name")


class DocumentTypeViewSet(TermViewSet):
    """Types of document."""

    model = DocumentType
    edit_handler = _term_panels("name")


class VocabularyGroup(ModelViewSetGroup):
    """All vocabularies under one menu."""

    menu_label = gettext_lazy("Vocabulary")
    menu_name = "vocabulary"
    menu_icon = "tag"
    menu_order = 800
    items = (
        ThemeViewSet("themes", url_prefix="vocabulary/themes"),
        TopicViewSet("topics", url_prefix="vocabulary/topics"),
        CountryViewSet("countries", url_prefix="vocabulary/countries"),
        LanguageViewSet("languages", url_prefix="vocabulary/languages"),
        TargetGroupViewSet("target_groups", url_prefix="vocabulary/target-groups"),
        OrganisationTypeViewSet("organisation_types", url_prefix="vocabulary/organisation-types"),
        DocumentTypeViewSet("document_types", url_prefix="vocabulary/document-types"),
    )
