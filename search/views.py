"""The search over everything."""

from django.utils.translation import gettext_lazy as _

from search.listing import Listing

EVERYTHING = Listing(
    name="search",
    heading=_("Search"),
    list_name="search:results",
    download_name="search:download",
    facets=("type", "theme", "topic", "country", "language"),
    template="search/search.html",
)

results, download = EVERYTHING.views()
