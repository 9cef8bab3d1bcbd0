"""The bands of the home page."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.slots import filled
from search.service import search
from search.types import SearchRequest, Sort
from taxonomy.catalogue import get_catalogue
from taxonomy.models import Country

if TYPE_CHECKING:
    from django.http import HttpRequest


def home_context(request: "HttpRequest") -> dict[str, Any]:
    """Return what the home page shows: themes and countries with their counts, figures, and the filled slots."""
    catalogue = get_catalogue()
    response = search(
        SearchRequest(sort=Sort.NEWEST, page_size=1, facets=("theme", "country", "language"), highlight=False)
    )
    by_country = {code: count for code, count in response.facets.get("country", {}).items() if code != Country.EU_WIDE}
    return {
        "themes": [
            {"entry": entry, "count": response.facets.get("theme", {}).get(code, 0)}
            for code, entry in catalogue.themes.items()
        ],
        "countries": [
            {"entry": entry, "count": by_country.get(entry.code, 0)}
            for entry in catalogue.countries_by_name()
            if entry.code != Country.EU_WIDE
        ],
        "total": response.total,
        "countries_covered": sum(1 for count in by_country.values() if count),
        "languages_covered": sum(1 for count in response.facets.get("language", {}).values() if count),
        "bands": filled("home", request),
        "examples": [_("language course"), _("mentoring"), _("housing"), _("recognition of qualifications")],
    }
