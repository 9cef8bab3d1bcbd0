"""A list as JSON, CSV, Atom and iCalendar: the same query, the same results."""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from core.addresses import absolute
from core.spreadsheets import safe_cell
from core.text import clean_text
from search.list_page import ListPage
from search.parameters import ListQuery, ParameterError
from search.presentation import ResultItem, active_language
from search.registry import CalendarEntry, get_type
from search.types import PUBLISHED, Hit, SearchResponse

MEDIA_TYPES: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}


def json_response(page: ListPage, response: SearchResponse) -> HttpResponse:
    """Return the page as one JSON object."""
    body = {
        "total": page.total,
        "page": page.pagination.page,
        "pages": page.pagination.pages,
        "query": page.description,
        "results": [_result(item, hit) for item, hit in zip(page.items, response.hits, strict=True)],
        "facets": {
            facet.name: [
                {"value": value.value, "label": value.label, "count": value.count, "selected": value.selected}
                for value in facet.values
            ]
            for facet in page.facets
        },
        "degraded": list(page.degraded),
        "ignored": list(page.ignored),
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _result(item: ResultItem, hit: Hit) -> dict[str, Any]:
    own_dates: dict[str, Any] = {name: value for name, value in hit.dates.items() if name != PUBLISHED}
    own_dates |= {name: {"start": first, "end": last} for name, (first, last) in hit.periods.items()}
    return {
        "id": item.uid,
        "type": item.type,
        "title": item.title,
        "language": item.language,
        "url": absolute(item.url),
        "summary": item.summary,
        "themes": [term.code for term in item.themes],
        "topics": [term.code for term in item.topics],
        "countries": [term.code for term in item.countries],
        "published": item.published.isoformat() if item.published else None,
        "matched": item.matched,
        **own_dates,
    }


def json_errors(errors: Iterable[ParameterError], ignored: Iterable[str], status: int = 400) -> HttpResponse:
    """Return what is wrong with the query."""
    body = {
        "errors": [{"parameter": error.parameter, "value": error.value, "message": error.message} for error in errors],
        "ignored": list(ignored),
    }
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def csv_response(page: ListPage, name: str) -> HttpResponse:
    """Return the results as a table: UTF-8 with the mark by which spreadsheet programs know it, no cell a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(
        [
            _("Identifier"),
            _("Type"),
            _("Title"),
            _("Original language"),
            _("Address"),
            _("Summary"),
            _("Themes"),
            _("Topics"),
            _("Countries"),
            _("Published"),
        ]
    )
    for item in page.items:
        cells = (
            item.uid,
            item.type_label,
            item.title,
            item.language,
            absolute(item.url),
            item.summary,
            "; ".join(term.name for term in item.themes),
            "; ".join(term.name for term in item.topics),
            "; ".join(term.name for term in item.countries),
            item.published.isoformat() if item.published else "",
        )
        writer.writerow([safe_cell(clean_text(cell)) for cell in cells])
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type=MEDIA_TYPES["csv"])
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def atom_response(page: ListPage, query: ListQuery, response: SearchResponse, self_url: str) -> HttpResponse:
    """Return the results as an Atom feed with stable entry ids."""
    feed = Atom1Feed(
        title=clean_text(page.description),
        link=absolute(query.address(page.action)),
        description=page.count_sentence,
        language=active_language(),
        feed_url=absolute(self_url),
        feed_guid=absolute(self_url),
        author_name=str(settings.SITE_NAME),
    )
    for item, hit in zip(page.items, response.hits, strict=True):
        published = _moment(hit.dates.get(PUBLISHED, ""), item.published)
        feed.add_item(
            title=clean_text(item.title),
            link=absolute(item.url),
            # A feed's summary is HTML: as text it would be read as markup.
            description=escape(clean_text(item.summary)),
            unique_id=f"{settings.BASE_URL}/id/{item.uid}",
            pubdate=published,
            updateddate=published,
            categories=[term.name for term in (*item.themes, *item.topics)],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=MEDIA_TYPES["atom"])


def _moment(value: str, day: dt.date | None) -> dt.datetime:
    """Return when an item was published, with a time zone, as Atom demands."""
    moment = parse_datetime(value) if "T" in value else None
    if moment is None:
        moment = dt.datetime.combine(day or dt.date(2000, 1, 1), dt.time(12))
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def ics_response(page: ListPage, response: SearchResponse, name: str) -> HttpResponse:
    """Return the dates of the results as a calendar (RFC 5545); what has no date of its own is not in it."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//{settings.BASE_URL}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    # Both names are in use: the older one by most programs (RFC 7986).
    calendar.add("name", clean_text(page.description))
    calendar.add("x-wr-calname", clean_text(page.description))
    calendar.add("url", absolute(page.action))
    for item, hit in zip(page.items, response.hits, strict=True):
        indexed = get_type(hit.type)
        for entry in indexed.calendar if indexed else ():
            event = _event(item, hit, entry)
            if event is not None:
                calendar.add_component(event)
    answer = HttpResponse(calendar.to_ical(), content_type=MEDIA_TYPES["ics"])
    answer["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return answer


def _event(item: ResultItem, hit: Hit, entry: CalendarEntry) -> Event | None:
    """Return one date or period of an item as an entry of a calendar; None when it has none."""
    first, last = hit.periods.get(entry.name) or (hit.dates.get(entry.name, ""), "")
    start, end = _calendar_time(first), _calendar_time(last)
    if start is None:
        return None
    event = Event()
    event.add("uid", f"{item.uid}-{entry.name}@{urlsplit(settings.BASE_URL).hostname}")
    # The same item always makes the same entry, so that a calendar sees what has changed.
    event.add("dtstamp", _moment(hit.dates.get(PUBLISHED, ""), item.published))
    event.add("sequence", hit.version % 2**31)
    event.add("dtstart", start)
    if end is not None:
        # The last day of an all-day entry is the first one after it.
        event.add("dtend", end if isinstance(end, dt.datetime) else end + dt.timedelta(days=1))
    else:
        event.add("transp", "TRANSPARENT")
    title = clean_text(item.title)
    event.add("summary", f"{entry.label}: {title}" if entry.label else title)
    event.add("description", clean_text(item.summary))
    event.add("url", absolute(item.url))
    if item.places:
        event.add("location", clean_text(item.places))
    event.add("categories", [clean_text(term.name) for term in (*item.themes, *item.topics)] or [item.type_label])
    return event


def _calendar_time(value: str) -> dt.date | dt.datetime | None:
    """Return a day, or a moment in UTC, which every calendar program understands without a table of time zones."""
    if "T" not in value:
        return parse_date(value) if value else None
    moment = parse_datetime(value)
    return timezone.localtime(moment, dt.UTC) if moment is not None and timezone.is_aware(moment) else moment
