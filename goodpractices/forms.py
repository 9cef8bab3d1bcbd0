"""The editor's form of a good practice."""

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db.models import Q
from wagtail.admin.forms.models import WagtailAdminModelForm

from accounts.permissions import Action, may
from core.text import clean_text
from goodpractices.models import Criterion, CriterionAssessment, GoodPractice

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Lists that only those who may publish fill in.
EDITORIAL_FORMSETS: Final = ("assessments", "transfers")
SCHEDULE_FIELDS: Final = ("go_live_at", "expire_at")


def add_missing_assessments(practice: GoodPractice) -> None:
    """Give ``practice``, in memory only, an unanswered assessment for each criterion it lacks."""
    held = {assessment.criterion_id for assessment in practice.assessments.all()}
    missing = [criterion for criterion in Criterion.objects.filter(retired=False) if criterion.pk not in held]
    practice.assessments.add(
        *(
            CriterionAssessment(criterion=criterion, sort_order=len(held) + place)
            for place, criterion in enumerate(missing)
        )
    )


class GoodPracticeForm(WagtailAdminModelForm):
    """Offers current terms (and those the practice already has), and every criterion to be answered."""

    #: The order in which terms stand in their groups.
    term_order: ClassVar[dict[str, tuple[str, ...]]] = {
        "topics": ("theme__order", "theme__code", "order", "code"),
        "countries": ("order", "code"),
        "target_groups": ("order", "code"),
    }

    def __init__(self, data: Any = None, files: Any = None, instance: Any = None, **kwargs: Any) -> None:
        user = kwargs.get("for_user")
        editorial = user is None or may(user, Action.PUBLISH)
        if data is None and instance is not None and editorial:
            add_missing_assessments(instance)
        super().__init__(data, files, instance=instance, **kwargs)
        if not editorial:
            for name in EDITORIAL_FORMSETS:
                self.formsets.pop(name, None)
            for name in SCHEDULE_FIELDS:
                self.fields.pop(name, None)
        for name, order in self.term_order.items():
            if name in self.fields:
                self._offer_terms(name, order)
        if "organisation_type" in self.fields:
            field = self.fields["organisation_type"]
            field.queryset = field.queryset.filter(Q(retired=False) | Q(pk=self.instance.organisation_type_id))

    @property
    def show_schedule_publishing_toggle(self) -> bool:
        """Whether the side panel offers to plan publication."""
        return "go_live_at" in self.fields

    def _offer_terms(self, name: str, order: tuple[str, ...]) -> None:
        field = self.fields[name]
        held = [term.pk for term in getattr(self.instance, name).all()] if self.instance else []
        terms: QuerySet[Any] = field.queryset.filter(Q(retired=False) | Q(pk__in=held)).order_by(*order)
        field.queryset = terms.select_related("theme") if name == "topics" else terms

    def clean(self) -> dict[str, Any]:
        """Bring running text into one form: Unicode NFC, one kind of line end, no control characters."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = clean_text(value)
        return cleaned
