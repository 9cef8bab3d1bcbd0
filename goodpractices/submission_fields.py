"""Fields of the public form of a good practice: dates known roughly, terms by their codes, links line by line."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import Precision
from goodpractices.widgets import WordCountMixin
from taxonomy.catalogue import Entry, get_catalogue
from taxonomy.models import TargetGroup

_YEARS: Final = (1950, 2100)
_MOST_LINKS: Final = 10
_DAY: Final = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[./ ](?P<month>\d{1,2})[./ ](?P<year>\d{4})"),
)
_MONTH: Final = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})"),
    re.compile(r"(?P<month>\d{1,2})[./ ](?P<year>\d{4})"),
)
_YEAR: Final = (re.compile(r"(?P<year>\d{4})"),)

Choices = list[tuple[str, list[tuple[str, str]]]]


class WordCountTextarea(WordCountMixin, forms.Textarea):
    """A section of running text with its word count, on the public site."""


class WordCountLine(WordCountMixin, forms.TextInput):
    """A line of text with its word count, on the public site."""


@dataclass(frozen=True, slots=True)
class RoughDate:
    """A date and how exactly it is known."""

    date: dt.date
    precision: Precision


class RoughDateField(forms.Field):
    """A date as people know it: "2019", "03/2019", "12.3.2019" or "2019-03-12"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput({"autocomplete": "off", "size": "12", "maxlength": "20"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return a RoughDate, or None when nothing was typed; raises ValidationError with examples."""
        text = " ".join(str(value or "").split())
        if not text:
            return None
        for forms_of, precision in ((_DAY, Precision.DAY), (_MONTH, Precision.MONTH), (_YEAR, Precision.YEAR)):
            for form in forms_of:
                if (match := form.fullmatch(text)) is not None:
                    return self._rough(match.groupdict(), precision)
        raise ValidationError(_("Write a year (2019), a month (03/2019) or a day (12/03/2019)."))

    @staticmethod
    def _rough(parts: dict[str, str], precision: Precision) -> RoughDate:
        year = int(parts["year"])
        if not _YEARS[0] <= year <= _YEARS[1]:
            values = {"first": str(_YEARS[0]), "last": str(_YEARS[1])}
            raise ValidationError(_("The year must lie between %(first)s and %(last)s.") % values)
        try:
            day = dt.date(year, int(parts.get("month", 1)), int(parts.get("day", 1)))
        except ValueError as error:
            raise ValidationError(_("There is no such day.")) from error
        return RoughDate(day, precision)


class CodesField(forms.MultipleChoiceField):
    """Terms of a vocabulary by their codes, under headings."""

    default_error_messages = {"invalid_choice": gettext_lazy("One of the choices is not offered any more.")}

    def __init__(self, choices: Callable[[], Any], **kwargs: Any) -> None:
        super().__init__(choices=choices, **kwargs)


def topic_choices() -> Choices:
    """The topics in use, under their themes, in the active language."""
    catalogue = get_catalogue()
    return [
        (theme.name, _pairs(catalogue.topics_of(theme.code)))
        for theme in catalogue.themes.values()
        if not theme.retired
    ]


def target_group_choices() -> Choices:
    """The target groups in use, under the axis each stands on, in the active language."""
    entries = list(get_catalogue().target_groups.values())
    return [
        (str(label), _pairs([entry for entry in entries if entry.parent == axis]))
        for axis, label in TargetGroup.Axis.choices
    ]


def country_choices() -> list[tuple[str, str]]:
    """The Member States in the alphabetical order of the active language."""
    return _pairs([entry for entry in get_catalogue().countries_by_name() if entry.code != "EU"])


def organisation_type_choices() -> list[tuple[str, str]]:
    """The kinds of organisation, with an empty first choice."""
    return [("", _("Please choose")), *_pairs(list(get_catalogue().organisation_types.values()))]


def _pairs(entries: list[Entry]) -> list[tuple[str, str]]:
    return [(entry.code, entry.name) for entry in entries if not entry.retired]


class LinksField(forms.Field):
    """Web addresses, one to a line, each followed by its name if it has one."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """Return [(address, name)]; raises ValidationError naming the line that is no web address."""
        found: list[tuple[str, str]] = []
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            if not line.strip():
                continue
            address, _space, name = line.strip().partition(" ")
            address = address if "://" in address else f"https://{address}"
            try:
                URLValidator(schemes=["http", "https"])(address)
            except ValidationError as error:
                raise ValidationError(
                    _("Line %(number)d does not begin with a web address (https://…).") % {"number": number}
                ) from error
            found.append((address[:500], (name.strip() or address)[:200]))
        if len(found) > _MOST_LINKS:
            raise ValidationError(_("At most %(count)d links.") % {"count": _MOST_LINKS})
        return found
