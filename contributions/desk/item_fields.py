"""A version of an item as a reviewer reads it: the fields of the form in their order, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from content.attachments import documents_of
from core.models import PortalImage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from content.models import ContentItem
    from contributions.registry import SubmissionType


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What one field holds: ``language`` is empty where the words are the portal's own."""

    name: str
    label: str
    text: str
    language: str = ""
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class StepValues:
    """The fields of one page of the form."""

    title: "StrOrPromise"
    fields: tuple[FieldValue, ...]


def steps_of(kind: "SubmissionType", item: "ContentItem") -> list[StepValues]:
    """Return what ``item`` holds, page by page of the form; what the form does not know comes last."""
    raw = kind.raw(item)
    steps = [
        StepValues(
            step.title,
            tuple(_value(name, field, raw.get(name), item) for name, field in step.form.base_fields.items()),
        )
        for step in kind.steps
    ]
    extra = tuple(_pictures_and_files(item))
    return [*steps, StepValues(_("Pictures and files"), extra)] if extra else steps


def values_of(kind: "SubmissionType", item: "ContentItem") -> list[FieldValue]:
    """Return what ``item`` holds, field by field."""
    return [value for step in steps_of(kind, item) for value in step.fields]


def _value(name: str, field: forms.Field, raw: Any, item: "ContentItem") -> FieldValue:
    text, is_free = _in_words(field, raw)
    language = ("en" if name.startswith("english_") else item.language) if is_free else ""
    label = capfirst(str(field.label or name.replace("_", " ")))
    return FieldValue(name, label, text, language, name in item.private_fields)


def _in_words(field: forms.Field, raw: Any) -> tuple[str, bool]:
    """Return ``raw`` as a person reads it, and whether these are the contributor's own words."""
    if isinstance(field, forms.BooleanField):
        return (_("Yes") if raw else _("No")), False
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        names = dict(_flat(choices))
        codes = raw if isinstance(raw, list) else [raw] if raw else []
        return "\n".join(str(names.get(str(code), code)) for code in codes), False
    is_free = isinstance(field, forms.CharField) and not isinstance(field, forms.EmailField)
    text = "\n".join(str(part) for part in raw) if isinstance(raw, list) else str(raw or "")
    return text.replace("\r\n", "\n"), is_free


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label


def pictures_of(item: "ContentItem") -> list[tuple[str, PortalImage]]:
    """Return the pictures of ``item`` with the label of the field each stands in."""
    fields = [field for field in item._meta.concrete_fields if field.related_model is PortalImage]
    held = ((str(field.verbose_name), getattr(item, field.name)) for field in fields)
    return [(capfirst(label), picture) for label, picture in held if picture is not None]


def _pictures_and_files(item: "ContentItem") -> Iterable[FieldValue]:
    for label, picture in pictures_of(item):
        yield FieldValue(f"picture-{picture.pk}", label, f"{picture.title} ({picture.credit})".removesuffix(" ()"))
    documents = documents_of(item)
    if documents:
        yield FieldValue("documents", _("Files"), "\n".join(name for name, _document in documents))
