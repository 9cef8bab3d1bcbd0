"""The base of every step of a contribution: a form that can be left half filled in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from core.text import clean_text


class StepForm(forms.Form):
    """A step; it never demands a field, because a draft may be incomplete: what is missing is said before submission.

    Bind it to ``as_data(raw)`` where ``raw`` is what a contribution holds.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def clean(self) -> dict[str, Any]:
        """Bring text into one form: Unicode NFC, one kind of line end, no control characters."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = clean_text(value)
        return cleaned


def as_data(raw: Mapping[str, Any]) -> QueryDict:
    """Return ``raw`` (a text or a list of texts by field) as Django's forms read it."""
    data = QueryDict(mutable=True)
    for name, value in raw.items():
        if isinstance(value, list):
            data.setlist(name, [str(part) for part in value])
        elif value is not None:
            data[name] = str(value)
    return data


def typed(form_class: type[forms.Form], data: QueryDict) -> dict[str, Any]:
    """Return what was typed into the fields of ``form_class``, unchecked, so that nothing of it is lost.

    NUL characters, which no database takes, are dropped.
    """
    found: dict[str, Any] = {}
    for name, field in form_class.base_fields.items():
        for part in _parts(field, name):
            values = [value.replace("\x00", "") for value in data.getlist(part)]
            several = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
            found[part] = values if several else (values[-1] if values else "")
    return found


def _parts(field: forms.Field, name: str) -> list[str]:
    suffixes: list[str] = getattr(field.widget, "widgets_names", [""])
    return [name + suffix for suffix in suffixes]
