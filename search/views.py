"""The search over everything."""

from django.utils.translation import pgettext_lazy

from search.listing import Listing

EVERYTHING = Listing(
    name="search",
    heading=pgettext_lazy("heading", "Search"),
    list_name="search:results",
    download_name="search:download",
    facets=("type", "theme", "topic", "country", "language"),
    template="search/search.html",
)

results, download = EVERYTHING.views()
