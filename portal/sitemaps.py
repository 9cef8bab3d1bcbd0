"""sitemap.xml: the pages in three languages with their alternates, and every published item once."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from wagtail.models import Page

from content.registry import kinds
from core import cache
from core.addresses import absolute
from core.pages import LANGUAGES
from taxonomy.catalogue import get_catalogue

#: The protocol allows 50,000 addresses in one file; items beyond that are found through the lists.
MOST_ENTRIES: Final = 45_000


def _page_entries(request: HttpRequest) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for page in Page.objects.live().public().filter(depth__gt=1).specific().iterator(chunk_size=200):
        if hasattr(page, "alternates"):
            entries += page.get_sitemap_urls(request)
    return entries


def _other_entries() -> list[dict[str, Any]]:
    """The pages that no page tree has: the themes, contributing, the numbers of the year."""
    entries: list[dict[str, Any]] = []
    for path in (*(f"themes/{code}/" for code in get_catalogue().themes), "contribute/", "statistics/"):
        alternates = [{"lang_code": language, "location": absolute(f"/{language}/{path}")} for language in LANGUAGES]
        alternates.append({"lang_code": "x-default", "location": alternates[0]["location"]})
        entries += [{"location": entry["location"], "alternates": alternates} for entry in alternates[: len(LANGUAGES)]]
    return entries


def _item_entries(room: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for model in kinds().values():
        rows = model._default_manager.current().order_by("-pk").only("pk", "slug", "language", "last_published_at")
        for item in rows[: max(0, room - len(entries))].iterator(chunk_size=2000):
            # An item is one text: it is listed once, under its own language where the interface has it.
            prefix = item.language if item.language in LANGUAGES else "en"
            entries.append({"location": absolute(f"/{prefix}{item.get_path()}"), "lastmod": item.last_published_at})
    return entries


def sitemap(request: HttpRequest) -> HttpResponse:
    """Answer with the whole list."""
    entries = _page_entries(request) + _other_entries()
    entries += _item_entries(MOST_ENTRIES - len(entries))
    body = render_to_string("portal/sitemap.xml", {"entries": entries})
    response = HttpResponse(body, content_type="application/xml; charset=utf-8")
    cache.shows(response, [cache.LISTS])
    return response
