"""Dates that are known to the day, to the month or only to the year."""

import datetime as dt

from django.db import models
from django.utils import formats
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    """How exactly a date is known."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


def format_partial_date(value: dt.date | None, precision: str) -> str:
    """Return ``value`` in the active language, showing no more than is known; empty when there is none."""
    if value is None:
        return ""
    if precision == Precision.YEAR:
        return str(value.year)
    if precision == Precision.MONTH:
        return formats.date_format(value, "YEAR_MONTH_FORMAT")
    return formats.date_format(value, "DATE_FORMAT")


def format_period(start: dt.date | None, start_precision: str, end: dt.date | None, end_precision: str) -> str:
    """Return from when to when in the active language, no more exactly than is known; empty when nothing is."""
    first, last = format_partial_date(start, start_precision), format_partial_date(end, end_precision)
    if first and last and first != last:
        return gettext("%(start)s – %(end)s") % {"start": first, "end": last}
    # French and German put an article before a day and none before a month or a year.
    if first and not last:
        to_the_day = start_precision == Precision.DAY
        sentence = pgettext("a day", "since %(start)s") if to_the_day else gettext("since %(start)s")
        return sentence % {"start": first}
    if last and not first:
        to_the_day = end_precision == Precision.DAY
        sentence = pgettext("a day", "until %(end)s") if to_the_day else gettext("until %(end)s")
        return sentence % {"end": last}
    return first


def iso_partial_date(value: dt.date | None, precision: str) -> str:
    """Return ``value`` as ISO 8601 with reduced precision ("2019", "2019-03" or "2019-03-01")."""
    if value is None:
        return ""
    return value.isoformat()[: {Precision.YEAR: 4, Precision.MONTH: 7}.get(Precision(precision), 10)]


_SATURDAY = 5


def add_working_days(start: dt.datetime, days: int) -> dt.datetime:
    """Return the moment ``days`` working days (Monday to Friday) after ``start``, at the same hour.

    Public holidays differ between 27 countries and are not left out: a deadline is a promise, not a payroll.
    """
    return _working_days_from(start, days, dt.timedelta(days=1))


def working_days_before(end: dt.datetime, days: int) -> dt.datetime:
    """Return the moment ``days`` working days (Monday to Friday) before ``end``: what is older has waited longer."""
    return _working_days_from(end, days, dt.timedelta(days=-1))


def _working_days_from(moment: dt.datetime, days: int, day: dt.timedelta) -> dt.datetime:
    while days > 0:
        moment += day
        days -= moment.weekday() < _SATURDAY
    return moment
