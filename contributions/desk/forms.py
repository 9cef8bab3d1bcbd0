"""What a reviewer fills in: the answers to the criteria, the message to the contributor, whom to give it to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from accounts.permissions import ADMIN_ROLES, PERMISSIONS, ROLE_NAMES, Role, Scope
from contributions.models import CriterionAnswer, Review
from contributions.registry import CriterionText
from contributions.reviewers import coordinators_for
from contributions.services.reviewing import Answer
from contributions.stages import STAGE_ACTIONS, Stage

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField

    from accounts.models import User
    from content.models import ContentItem

#: So many people are offered to give a stage to.
MOST_PEOPLE = 200
LONGEST_MESSAGE = 5000
LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion with the fields of its answer; ``problem`` is what the service said about it."""

    criterion: CriterionText
    verdict: "BoundField"
    note: "BoundField"
    problem: str = ""

    @property
    def anchor(self) -> str:
        """Where the criterion stands on the page."""
        return f"criterion-{self.criterion.code}"


class ReviewForm(forms.Form):
    """The checklist of a stage, with what is said to the contributor and among reviewers."""

    review = forms.IntegerField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Message to the contributor"),
        help_text=_(
            "The contributor reads this. Needed when you ask for changes or decline: say what is missing, what helps."
        ),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea({"rows": 6}),
    )
    note = forms.CharField(
        label=_("Internal note"),
        help_text=_("Only reviewers read this. It is never shown to the contributor."),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    to = forms.TypedChoiceField(label=_("Give to"), coerce=int, empty_value=None, required=False)
    confirmed = forms.BooleanField(
        label=_("Yes, decline it: the contributor is told, and it leaves the review."), required=False
    )

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[CriterionText],
        people: Sequence[tuple[str, list[tuple[int, str]]]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        self.problems: dict[str, str] = {}
        for criterion in criteria:
            self.fields[f"verdict-{criterion.code}"] = forms.ChoiceField(
                label=criterion.name,
                choices=CriterionAnswer.Verdict.choices,
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"note-{criterion.code}"] = forms.CharField(
                label=_("Note"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea({"rows": 2})
            )
        to: Any = self.fields["to"]
        to.choices = [("", _("Choose a person")), *people]

    def rows(self) -> list[Row]:
        """The criteria in their order, each with its fields."""
        return [
            Row(text, self[f"verdict-{text.code}"], self[f"note-{text.code}"], self.problems.get(text.code, ""))
            for text in self.criteria
        ]

    def typed(self, name: str) -> str:
        """What was typed into a field, also where the form as a whole is not valid."""
        value = self.data.get(name, "") if self.is_bound else self.get_initial_for_field(self.fields[name], name)
        return str(value or "")

    def answers(self) -> dict[str, Answer]:
        """The answers as they were typed; the service keeps those that are complete."""
        return {
            text.code: Answer(self.typed(f"verdict-{text.code}"), self.typed(f"note-{text.code}"))
            for text in self.criteria
        }


def answers_as_initial(answers: Iterable[CriterionAnswer]) -> dict[str, str]:
    """Return saved answers as the form shows them."""
    found: dict[str, str] = {}
    for answer in answers:
        found[f"verdict-{answer.code}"] = answer.verdict
        found[f"note-{answer.code}"] = answer.note
    return found


def typed_values(data: Mapping[str, str]) -> dict[str, str]:
    """Return what of a sent form is worth keeping until the decision: no note, no choice of a person."""
    names = [name for name in data if name == "reason" or name.startswith(("verdict-", "note-"))]
    return {name: str(data[name])[:LONGEST_MESSAGE] for name in names[:200] if data[name]}


def people_to_give_to(review: Review, item: "ContentItem") -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the people who may do ``review``, by role, for the choice of a person; never the contributor."""
    stage = Stage(review.stage)
    without = review.contribution.contributor_id
    groups: list[tuple[str, list[tuple[int, str]]]] = []
    if stage == Stage.FACTS:
        coordinators = coordinators_for(item, without=without)[:MOST_PEOPLE]
        groups.append((str(ROLE_NAMES[Role.COUNTRY_COORDINATOR]), _pairs(coordinators)))
    action = STAGE_ACTIONS[stage]
    everywhere = [role for role in ADMIN_ROLES if PERMISSIONS[role].get(action) is Scope.ALL]
    editors = (
        get_user_model()
        ._default_manager.filter(is_active=True, groups__name__in=[role.value for role in everywhere])
        .exclude(pk=without or 0)
        .distinct()
        .order_by("last_name", "first_name", "pk")[:MOST_PEOPLE]
    )
    groups.append((str(ROLE_NAMES[Role.EDITOR]), _pairs(editors)))
    return [(label, pairs) for label, pairs in groups if pairs]


def _pairs(people: "Iterable[User]") -> list[tuple[int, str]]:
    return [(person.pk, str(person)) for person in people]


class ReopenForm(forms.Form):
    """Why a declined contribution is taken into review again, or stays declined after another look."""

    reason = forms.CharField(
        label=_("Why is it reopened?"),
        help_text=_("The contributor reads this."),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    confirmed = forms.BooleanField(
        label=_("Yes, the refusal stays: the contributor is told, and cannot ask again."), required=False
    )


class NoteForm(forms.Form):
    """A note among reviewers, where there is nothing to decide."""

    note = forms.CharField(
        label=_("Internal note"),
        help_text=_("Only reviewers read this. It is never shown to the contributor."),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
