"""The public numbers of the year: what was contributed, what became of it, how long it took."""

import csv
import io

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contributions import figures
from contributions.chart import draw
from core import cache
from core.spreadsheets import safe_cell

#: What the page is purged by when something happens to a contribution.
SHOWN = "statistics"


def _year(request: HttpRequest, years: list[int]) -> int:
    """Return the year that is asked for, the present one by default. Raises Http404 for one without numbers."""
    text = request.GET.get("year", "")
    if not text:
        return years[0]
    year = next((year for year in years if str(year) == text), None)
    if year is None:
        raise Http404(_("There are no numbers of this year."))
    return year


def _headings() -> list[str]:
    return [_("Submitted"), _("Changes asked for"), _("Declined"), _("Published")]


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the numbers of a year as a chart and tables; nobody is named."""
    years = figures.years()
    year = _year(request, years)
    months = figures.months(year)
    headings = _headings()
    columns = [[row.counts[place] for row in months] for place in (0, 3)]
    series = list(zip((headings[0], headings[3]), columns, strict=True))
    context = {
        "year": year,
        "years": [(one, f"{reverse('contributions:statistics')}?year={one}") for one in years],
        "headings": headings,
        "months": months,
        "totals": figures.totals(months),
        "chart": draw([row.name for row in months], series),
        "legend": [name for name, _values in series],
        "standing": figures.standing() if year == years[0] else None,
        "durations": figures.durations(year, _("From submission to decision")),
        "countries": figures.countries(year),
        "smallest": figures.SMALLEST_GROUP,
        "download_url": f"{reverse('contributions:statistics-csv')}?year={year}",
    }
    response = TemplateResponse(request, "contributions/public/statistics.html", context)
    cache.shows(response, [SHOWN, cache.LISTS])
    return response


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The months of a year as a table for spreadsheets."""
    year = _year(request, figures.years())
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([safe_cell(text) for text in (_("Month"), *_headings())])
    writer.writerows([f"{year}-{row.number:02}", *row.counts] for row in figures.months(year))
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="contributions-{year}.csv"'
    cache.shows(response, [SHOWN])
    return response
