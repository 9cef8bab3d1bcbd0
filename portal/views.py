"""Pages that are neither content nor in the tree: themes, stable addresses, errors, what robots read."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_path, get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.registry import find, kinds
from core import cache
from search.presentation import result_items
from search.registry import all_types
from search.service import search
from search.types import SearchRequest, Sort
from taxonomy.catalogue import get_catalogue

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

LATEST_PER_TYPE: Final = 6


def _theme_sections(code: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return the newest items of every type with that theme, and how many items each topic has over all types."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    sections: list[dict[str, Any]] = []
    counts: dict[str, int] = {}
    for indexed in all_types():
        answer = search(
            SearchRequest(
                types=(indexed.code,),
                preset={"theme": (code,)},
                sort=Sort.NEWEST,
                page_size=LATEST_PER_TYPE,
                interface_language=language,
                facets=("topic",),
                highlight=False,
            )
        )
        for topic, count in answer.facets.get("topic", {}).items():
            counts[topic] = counts.get(topic, 0) + count
        url = f"{reverse('search:results')}?type={indexed.code}&theme={code}"
        if indexed.code in kinds():
            url = f"/{language}/{kinds()[indexed.code].section}/?theme={code}"
        sections.append(
            {"label": indexed.label_plural, "total": answer.total, "items": result_items(answer), "url": url}
        )
    return sections, counts


@require_safe
def theme(request: HttpRequest, code: str) -> "HttpResponseBase":
    """Everything of one theme: its topics with their counts, the newest of every type of content."""
    catalogue = get_catalogue()
    entry = catalogue.themes.get(code)
    if entry is None:
        raise Http404(_("There is no such theme."))
    sections, counts = _theme_sections(code)
    response = TemplateResponse(
        request,
        "portal/theme.html",
        {
            "theme": entry,
            "themes": list(catalogue.themes.values()),
            "topics": [{"entry": topic, "count": counts.get(topic.code, 0)} for topic in catalogue.topics_of(code)],
            "sections": sections,
            "title": entry.name,
        },
    )
    cache.shows(response, [cache.LISTS])
    return response


@require_safe
def themes(request: HttpRequest) -> "HttpResponseBase":
    """The six themes with their topics."""
    catalogue = get_catalogue()
    rows = [{"entry": entry, "topics": catalogue.topics_of(code)} for code, entry in catalogue.themes.items()]
    response = TemplateResponse(request, "portal/themes.html", {"rows": rows, "title": _("Themes")})
    cache.shows(response, [cache.LISTS])
    return response


def stable_address(request: HttpRequest, uid: str) -> HttpResponse:
    """Lead from the stable id to the present address, in the visitor's language."""
    item = find(uid)
    if item is None or not item.live:
        raise Http404(_("There is nothing with this identifier."))
    with translation.override(get_language_from_request(request)):
        response = HttpResponseRedirect(item.get_absolute_url())
    patch_vary_headers(response, ["Accept-Language"])
    response["Cache-Control"] = "no-store"
    return response


def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots what not to walk: filter combinations without end, and the editorial office."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /*?",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def security_contact(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116)."""
    expires = (timezone.now() + dt.timedelta(days=180)).replace(microsecond=0)
    text = (
        f"Contact: {settings.BASE_URL}/en/legal/\nExpires: {expires.isoformat()}\nPreferred-Languages: en, fr, de\n"
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt\n"
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


# --- errors -------------------------------------------------------------------------------------------------------
def _language_of(request: HttpRequest) -> str:
    return get_language_from_path(request.path_info) or translation.get_language_from_request(request)


def _error(request: HttpRequest, status: int, template: str) -> HttpResponse:
    language = _language_of(request)
    with translation.override(language):
        context = {"language": language, "status": status}
        try:
            body = render_to_string(f"errors/{template}.html", context, request=request)
        except Exception:  # noqa: BLE001 - an error page must never fail; whatever broke it, plain words remain
            body = render_to_string("errors/plain.html", context)
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for an address or a form that cannot be understood."""
    return _error(request, 400, "400")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what this visitor may not see or do."""
    return _error(request, 403, "403")


def forgery_suspected(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose token is missing or not the visitor's: mostly one that was open for long."""
    return _error(request, 403, "form_expired")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for an address where nothing is: offers the search and the sections."""
    return _error(request, 404, "404")


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for somebody who asks for the same thing too often."""
    response = _error(request, 429, "429")
    response["Retry-After"] = "300"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours; it needs no database and no session."""
    language = _language_of(request)
    with translation.override(language):
        body = render_to_string("errors/500.html", {"language": language, "status": 500})
    return HttpResponse(body, status=500)
