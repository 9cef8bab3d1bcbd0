"""The search over everything, and what is offered while somebody types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from core import cache
from search.listing import Listing
from search.service import limited
from search.suggestions import suggestions

EVERYTHING = Listing(
    name="search",
    heading=pgettext_lazy("heading", "Search"),
    list_name="search:results",
    download_name="search:download",
    facets=("type", "theme", "topic", "country", "language"),
    template="search/search.html",
)

results, download = EVERYTHING.views()


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer with suggestions for ``q`` as JSON; the page cache keeps it like a list."""
    response = JsonResponse(suggestions(request.GET.get("q", "")), headers={"X-Robots-Tag": "noindex"})
    cache.shows(response, [cache.LISTS])
    if limited():
        response["Cache-Control"] = "no-store"
    return response
