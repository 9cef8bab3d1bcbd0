"""Forms as the design prints them, whoever made the form: labels, help and errors beside each field."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext

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
        is_long = isinstance(field.field.widget, forms.Textarea)
        attributes["class"] = "ecl-text-input field__text" if is_long else "ecl-text-input"
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
    found: list[tuple[str, object]] = [("", problem) for problem in form.non_field_errors()]
    for field in form.visible_fields():
        target = f"{field.id_for_label or field.auto_id}"
        # The label beside it: "this field is required" five times would say little.
        for problem in field.errors:
            # What stands beside a box is a whole sentence, and so is what is wrong with it.
            known = _kind(field) == "box"
            found.append((target, problem if known else format_lazy("{}: {}", field.label, problem)))
    for field in form.hidden_fields():
        found += [("", problem) for problem in field.errors]
    return {"problems": found}


#: What browsers and systems call themselves, the more particular first: many claim to be the others too.
_BROWSERS: Final = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS: Final = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@register.filter
def device(user_agent: str) -> str:
    """Return browser and system in words, from what the browser called itself ("Firefox, Windows")."""
    found = (next((name for sign, name in kind.items() if sign in user_agent), "") for kind in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, found)) or gettext("Unknown browser")


@register.simple_tag(takes_context=True)
def second_factor_missing(context: Mapping[str, Any]) -> bool:
    """Say whether the reader's role needs a second factor that is not set up yet."""
    return bool(settings.STAFF_SECOND_FACTOR) and lacks_second_factor(context["user"])
