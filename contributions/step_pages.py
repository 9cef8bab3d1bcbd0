"""View models of the pages of a draft: where the person stands, every field with its hints, what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributions.errors import Problem
from contributions.forms import as_data
from contributions.services.submitting import built
from contributions.widgets import GroupedCheckboxes
from core.detection import sure_language
from core.languages import CODES, ENDONYMS
from core.text import count_words, one_line
from taxonomy.catalogue import get_catalogue

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise

    from contributions.models import Contribution
    from contributions.registry import Step

STATES: Final = {
    "done": gettext_lazy("complete"),
    "begun": gettext_lazy("begun"),
    "empty": gettext_lazy("not begun"),
}
CHECK: Final = "check"


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step in the list of all steps."""

    code: str
    title: "StrOrPromise"
    url: str
    state: str
    current: bool

    @property
    def state_label(self) -> "StrOrPromise":
        """The state in words; the last page, the check, has none."""
        return STATES.get(self.state, "")


@dataclass(frozen=True, slots=True)
class Row:
    """A field as the page prints it; ``theirs`` is what another window has saved in it."""

    kind: str
    field: "BoundField"
    control: "SafeString"
    errors: list[str]
    count: str
    theirs: str | None

    @property
    def described_by(self) -> str:
        """The ids of the texts that explain the field."""
        return _described_by(self.field, self.errors)


def step_url(contribution: "Contribution", code: str) -> str:
    """Return the address of a step, or of the check, in the active language."""
    if code == CHECK:
        return reverse("contributions:check", args=[contribution.type, contribution.pk])
    return reverse("contributions:step", args=[contribution.type, contribution.pk, code])


def problems_of(contribution: "Contribution") -> list[Problem]:
    """Return everything that stands against a submission, each beginning with the name of its field."""
    _item, problems = built(contribution)
    return problems


def is_touched(contribution: "Contribution", step: "Step") -> bool:
    """Whether the step was ever saved."""
    return any(name in contribution.data for name in step.form.base_fields)


def step_links(contribution: "Contribution", problems: Iterable[Problem], current: str) -> list[StepLink]:
    """Return all steps with where each stands, and the check as the last."""
    wrong = {problem.step for problem in problems}
    links = []
    for step in contribution.kind.steps:
        filled = any(contribution.data.get(name) not in ("", [], None) for name in step.form.base_fields)
        state = "begun" if filled else "empty"
        if step.code not in wrong and is_touched(contribution, step):
            state = "done"
        links.append(StepLink(step.code, step.title, step_url(contribution, step.code), state, step.code == current))
    return [*links, StepLink(CHECK, _("Check and submit"), step_url(contribution, CHECK), "", current == CHECK)]


def neighbours(contribution: "Contribution", step: "Step") -> tuple[str, str]:
    """Return the codes of the step before and after ``step``: nothing before the first, the check after the last."""
    codes = ["", *(one.code for one in contribution.kind.steps), CHECK]
    place = codes.index(step.code)
    return codes[place - 1], codes[place + 1]


def stored_values(contribution: "Contribution", step: "Step") -> dict[str, Any]:
    """Return what is stored of the step's fields."""
    return {name: contribution.data.get(name, "") for name in step.form.base_fields}


def rows(
    contribution: "Contribution",
    step: "Step",
    values: Mapping[str, Any],
    problems: Iterable[Problem],
    clashes: Iterable[str] = (),
) -> list[Row]:
    """Return the step's fields holding ``values``, with the ``problems`` beside them."""
    form = step.form(as_data(values))
    by_field: dict[str, list[str]] = {}
    for problem in problems:
        by_field.setdefault(problem.field, []).append(str(problem.message))
    differing = set(clashes)
    return [
        _row(
            field,
            by_field.get(field.name, []),
            contribution,
            _readable(field, contribution.data.get(field.name, "")) if field.name in differing else None,
        )
        for field in form
    ]


def _row(field: "BoundField", found: list[str], contribution: "Contribution", theirs: str | None) -> Row:
    # Beside the field its name need not be said again.
    errors = [capfirst(message.removeprefix(f"{field.label}: ")) for message in found]
    kind = _kind(field)
    attrs: dict[str, Any] = {}
    counter = field.field.widget.build_attrs(field.field.widget.attrs)
    count = _count(counter, str(field.value() or ""))
    if kind == "line":
        attrs["class"] = (
            "ecl-text-input field__text" if isinstance(field.field.widget, forms.Textarea) else ("ecl-text-input")
        )
        if count and contribution.language:
            attrs["lang"] = contribution.language
    if kind in {"line", "box"}:
        if described_by := _described_by(field, errors):
            attrs["aria-describedby"] = described_by
        if errors:
            attrs["aria-invalid"] = "true"
    return Row(kind, field, field.as_widget(attrs=attrs), errors, count, theirs)


def _kind(field: "BoundField") -> str:
    widget = field.field.widget
    if isinstance(widget, GroupedCheckboxes):
        return "groups"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "boxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    return "box" if isinstance(widget, forms.CheckboxInput) else "line"


def _described_by(field: "BoundField", errors: list[str]) -> str:
    parts = [f"{field.auto_id}_help"] if field.help_text else []
    return " ".join([*parts, *([f"{field.auto_id}_error"] if errors else [])])


def _count(attributes: Mapping[str, Any], text: str) -> str:
    """The words counted, for readers without a script; the fields that count say how in their attributes."""
    if "data-word-counter" not in attributes:
        return ""
    number = count_words(text)
    words = attributes["data-words-one" if number == 1 else "data-words-other"]
    return f"{words.replace('{count}', str(number))} · {attributes['data-words-limit']}"


def word_limits(step: "Step") -> list[tuple[str, str]]:
    """Return the step's fields that have a limit of words, each with its limit in words."""
    found = []
    for field in step.form():
        attributes = field.field.widget.build_attrs(field.field.widget.attrs)
        if "data-word-counter" in attributes:
            found.append((str(field.label), str(attributes["data-words-limit"])))
    return found


def _readable(field: "BoundField", value: Any) -> str:
    """Return a stored value as a person reads it."""
    choices = getattr(field.field, "choices", None)
    if choices is None:
        if isinstance(field.field, forms.BooleanField):
            return str(_("yes") if value else _("no"))
        return str(value)
    labels: dict[str, str] = {}
    for code, label in choices:
        pairs = label if isinstance(label, list | tuple) else [(code, label)]
        labels |= {str(inner): str(name) for inner, name in pairs}
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(part), str(part)) for part in chosen)


def saved_text(contribution: "Contribution") -> str:
    """Return when the draft was last saved, in words."""
    when = timezone.localtime(contribution.saved_at)
    if when.date() == timezone.localdate():
        return _("Saved %(time)s") % {"time": date_format(when, "TIME_FORMAT")}
    return _("Saved on %(date)s") % {"date": date_format(when, "DATETIME_FORMAT")}


def language_offer(contribution: "Contribution") -> dict[str, str] | None:
    """Return the language that the texts seem to be in (code and name), while nobody has chosen one."""
    if contribution.language or contribution.data.get("language"):
        return None
    text = " ".join(str(contribution.data.get(name, "")) for name in contribution.kind.text_fields)
    code = sure_language(one_line(text))
    if code not in CODES:
        return None
    return {"code": code, "name": get_catalogue().label("languages", code) or ENDONYMS[code]}


def hints(contribution: "Contribution", step: "Step") -> dict[str, Any]:
    """Return what the portal noticed in the texts: their language, and published items that say the same."""
    kind = contribution.kind
    similar: list[Any] = []
    if set(kind.text_fields) & set(step.form.base_fields) and contribution.data.get("title"):
        similar = list(kind.similar(contribution.data, contribution.language, contribution.item))
    return {"language_offer": language_offer(contribution), "similar": similar}
