"""Dates that are known to the day, to the month or only to the year."""

import datetime as dt

from django.db import models
from django.utils import formats
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


def iso_partial_date(value: dt.date | None, precision: str) -> str:
    """Return ``value`` as ISO 8601 with reduced precision ("2019", "2019-03" or "2019-03-01")."""
    if value is None:
        return ""
    return value.isoformat()[: {Precision.YEAR: 4, Precision.MONTH: 7}.get(Precision(precision), 10)]
