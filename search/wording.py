"""Lists in words: how many, and what was asked."""

from collections.abc import Mapping
from typing import Final

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.text import one_line
from search.parameters import ListQuery
from search.registry import FacetDefinition

_SHOWN_TEXT: Final = 120


def count_sentence(total: int) -> str:
    """Return "1,234 results" in the active language."""
    if not total:
        return _("Nothing found")
    return ngettext("%(count)s result", "%(count)s results", total) % {"count": number(total)}


def number(value: int) -> str:
    """Return a whole number as the active language writes it."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def shown(text: str) -> str:
    """Return what is repeated of a visitor's text."""
    return one_line(text, _SHOWN_TEXT)


def description(
    heading: str,
    query: ListQuery,
    definitions: Mapping[str, FacetDefinition],
    labels: Mapping[str, Mapping[str, str]],
) -> str:
    """Return the query in words: "Good practices: “language”; Country: Germany or France; from 1 January 2020"."""
    parts = [_("“%(text)s”") % {"text": shown(query.text)}] if query.text else []
    for name, codes in query.filters.items():
        names = [labels[name].get(code, code) for code in codes]
        parts.append(_("%(facet)s: %(values)s") % {"facet": definitions[name].label, "values": _(" or ").join(names)})
    parts += date_words(query)
    return _("%(list)s: %(parts)s") % {"list": heading, "parts": _("; ").join(parts)} if parts else heading


def date_words(query: ListQuery) -> list[str]:
    """Return the limits of dates in words, the first one first."""
    words = []
    if query.date_from:
        words.append(_("published from %(date)s") % {"date": formats.date_format(query.date_from, "DATE_FORMAT")})
    if query.date_to:
        words.append(_("published until %(date)s") % {"date": formats.date_format(query.date_to, "DATE_FORMAT")})
    return words
