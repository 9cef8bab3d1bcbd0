"""Forms as the design prints them, whoever made the form: labels, help and errors beside each field."""

from collections.abc import Mapping
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms import BoundField

from accounts.middleware import lacks_second_factor

register = template.Library()


def _kind(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "boxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    return "box" if isinstance(widget, forms.CheckboxInput) else "line"


def _row(field: BoundField) -> dict[str, Any]:
    attributes = field.field.widget.attrs
    # A placeholder that repeats the label goes away while one types.
    attributes.pop("placeholder", None)
    kind = _kind(field)
    if kind == "line":
        attributes["class"] = "ecl-text-input"
    return {"field": field, "kind": kind, "help": str(field.help_text)}


@register.inclusion_tag("account/partials/fields.html")
def form_fields(form: forms.BaseForm, leave_out: str = "") -> dict[str, Any]:
    """Print the fields of ``form``, hidden ones too; ``leave_out`` names those that the page prints itself."""
    without = set(leave_out.split())
    return {
        "hidden": [field for field in form.hidden_fields() if field.name not in without],
        "rows": [_row(field) for field in form.visible_fields() if field.name not in without],
    }


@register.inclusion_tag("account/partials/problems.html")
def form_problems(form: forms.BaseForm) -> dict[str, Any]:
    """Print what is wrong with ``form`` at the top of the page, each problem a link to its field."""
    found = [("", problem) for problem in form.non_field_errors()]
    for field in form.visible_fields():
        target = f"{field.id_for_label or field.auto_id}"
        found += [(target, problem) for problem in field.errors]
    for field in form.hidden_fields():
        found += [("", problem) for problem in field.errors]
    return {"problems": found}


@register.simple_tag(takes_context=True)
def second_factor_missing(context: Mapping[str, Any]) -> bool:
    """Say whether the reader's role needs a second factor that is not set up yet."""
    return bool(settings.STAFF_SECOND_FACTOR) and lacks_second_factor(context["user"])
