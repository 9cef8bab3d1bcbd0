"""A list as any content app can offer it: the page and its downloads, all from one query.

``PRACTICES = Listing(name=…, heading=…, types=("practice",), list_name=…, download_name=…)`` and then
``practices, download = PRACTICES.views()`` is all that an app's list needs beside two URL patterns.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import cache
from search import exports
from search.list_page import ListFrame, ListPage, list_page, pages_of
from search.parameters import ListQuery, ListRules, ParameterError, parse, to_request
from search.presentation import active_language
from search.service import search
from search.types import LIMITED_ENGINE, Keywords, SearchResponse, Sort
from search.wording import number

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: A table or a feed holds at most so many entries; JSON is paged.
CSV_ROWS: Final = 2_000
ATOM_ENTRIES: Final = 50
CALENDAR_ITEMS: Final = 500
#: Format → how many entries (0: a page), and in which order.
_DOWNLOADS: Final = {
    "json": (0, ""),
    "csv": (CSV_ROWS, ""),
    "atom": (ATOM_ENTRIES, Sort.NEWEST.value),
    "ics": (CALENDAR_ITEMS, Sort.NEWEST.value),
}

Context = Callable[[HttpRequest, ListPage], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A list's state with what was found: ``status`` is 200, 400 (wrong values) or 404 (no such page)."""

    query: ListQuery
    response: SearchResponse
    page: ListPage
    status: int


@dataclass(frozen=True)
class Listing:
    """A search with a heading, presets and addresses.

    ``types`` and ``preset`` narrow it for good; ``facets`` names the facets it offers (None: all of its types);
    ``kept`` are parameters of the page's own that its links carry along. ``list_name`` and ``download_name`` are
    names of URL patterns, the latter with the keyword ``format``, both with ``url_kwargs``.
    """

    name: str
    heading: "StrOrPromise"
    list_name: str
    download_name: str
    types: tuple[str, ...] = ()
    preset: Keywords = field(default_factory=dict)
    facets: tuple[str, ...] | None = None
    default_sort: str = ""
    kept: tuple[str, ...] = ()
    template: str = "search/list.html"
    url_kwargs: Mapping[str, str] = field(default_factory=dict)
    context: Context | None = None

    def rules(self) -> ListRules:
        """Return what this list understands."""
        return ListRules(self.types, self.preset, self.facets, self.kept)

    def frame(self) -> ListFrame:
        """Return what stays the same over all states, in the active language."""
        kwargs, rules = dict(self.url_kwargs), self.rules()
        downloads = {name: reverse(self.download_name, kwargs={**kwargs, "format": name}) for name in rules.formats()}
        return ListFrame(str(self.heading), rules, reverse(self.list_name, kwargs=kwargs), downloads, self.default_sort)

    def answer(self, request: HttpRequest, *, size: int = 0, sort: str = "", highlight: bool = True) -> Answer:
        """Read the address of ``request`` and search; ``size`` and ``sort`` stand in for what it does not say.

        Wrong values are left out of the search, so that an error page still shows what the rest finds.
        """
        rules = self.rules()
        query = parse(request.GET, rules)
        asked = to_request(query, rules, active_language(), default_sort=sort or self.default_sort)
        if size:
            asked = replace(asked, page_size=size)
        response = search(replace(asked, highlight=highlight))
        pages = pages_of(response.total, asked.page_size)
        status = 400 if query.errors else 200
        if query.page > pages:
            message = _("There is no such page; the last one is %(last)s.") % {"last": number(pages)}
            query.errors.append(ParameterError("page", str(query.page), message))
            status = 400 if status == 400 else 404
            query.page = pages
            response = search(replace(asked, highlight=highlight, page=pages))
        return Answer(query, response, list_page(self.frame(), query, response), status)

    def page(self, request: HttpRequest, **context: Any) -> HttpResponse:
        """Show the list; ``context`` is added to the template's."""
        answer = self.answer(request)
        values = {"list": answer.page, "title": answer.page.heading, **context}
        if self.context is not None:
            values |= self.context(request, answer.page)
        response = TemplateResponse(request, self.template, values, status=answer.status)
        return _marked(response, answer)

    def download(self, request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002 - the name in the address
        """Hand the list out as JSON, CSV, Atom or iCalendar; wrong values are a 400 that names them."""
        if format not in self.rules().formats():
            raise Http404(_("There is no such format."))
        size, sort = _DOWNLOADS[format]
        if format != "json" and ("size" in request.GET or "page" in request.GET):
            # Whoever asks for a page gets that page.
            size = 0
        answer = self.answer(request, size=size, sort=sort, highlight=False)
        if answer.status != 200:
            return exports.json_errors(answer.query.errors, answer.query.ignored, answer.status)
        if format == "json":
            return _marked(exports.json_response(answer.page, answer.response), answer)
        if format == "csv":
            return _marked(exports.csv_response(answer.page, self.name), answer)
        if format == "ics":
            return _marked(exports.ics_response(answer.page, answer.response, self.name), answer)
        feed = exports.atom_response(answer.page, answer.query, answer.response, request.get_full_path())
        return _marked(feed, answer)

    def views(self) -> tuple[Callable[..., HttpResponse], Callable[..., HttpResponse]]:
        """Return the views of page and download, which answer GET and HEAD only."""
        return require_safe(self.page), require_safe(self.download)


def _marked(response: HttpResponse, answer: Answer) -> HttpResponse:
    """Have the page cache drop the response as soon as any published item changes, and keep no limited answer."""
    cache.shows(response, [cache.LISTS])
    if LIMITED_ENGINE in answer.response.degraded:
        response["Cache-Control"] = "no-store"
    return response
