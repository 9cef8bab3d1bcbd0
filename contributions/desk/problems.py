"""Why something was refused, as the summary at the top of the page says it, with the way to each place."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contributions.desk.forms import ReviewForm

if TYPE_CHECKING:
    from contributions.registry import SubmissionType


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence; ``anchor`` is where on the page it is mended, ``code`` the criterion it is about."""

    text: str
    anchor: str = ""
    code: str = ""


def as_problems(error: ValidationError, form: Any, kind: "SubmissionType") -> list[Problem]:
    """Return what a service said, each sentence with its place."""
    if hasattr(error, "error_dict"):
        # The item itself may not be published: its fields are named as in the form.
        labels = {name: field.label for step in kind.steps for name, field in step.form.base_fields.items()}
        return [
            Problem(_of_item(labels.get(field), str(message)))
            for field, messages in error.message_dict.items()
            for message in messages
        ]
    return [_of_text(str(message), form) for message in error.messages]


def _of_item(label: Any, message: str) -> str:
    named = not label or ": " in message or message.casefold().startswith(str(label).casefold())
    return _("The text: %(problem)s") % {"problem": message if named else f"{label}: {message}"}


def _of_text(text: str, form: Any) -> Problem:
    if isinstance(form, ReviewForm):
        # The service names a criterion in quotation marks.
        for criterion in form.criteria:
            if f"“{criterion.name}”" in text:
                return Problem(text, f"#criterion-{criterion.code}", criterion.code)
    if form is not None and "reason" in form.fields and not str(form.data.get("reason", "")).strip():
        return Problem(text, "#id_reason")
    return Problem(text)


def of_form(form: forms.Form) -> list[Problem]:
    """Return what is wrong with the fields of a form."""
    return [
        Problem(f"{form.fields[name].label or name}: {message}", f"#id_{name}")
        for name, messages in form.errors.items()
        for message in messages
    ]
