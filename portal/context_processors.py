"""What every public page knows: brand, menu, footer, the same page in the other languages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path

from core import addresses


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the base template; nothing for the editorial office, which has its own."""
    if request.path.startswith("/admin/"):
        return {}
    from portal import navigation

    path = request.path
    return {
        "site_name": settings.SITE_NAME,
        "site_brand": settings.SITE_BRAND,
        "base_url": settings.BASE_URL,
        "navigation": navigation.menu(path),
        "footer_navigation": navigation.footer(),
        "alternates": addresses.alternates(request),
        "canonical_url": addresses.absolute(escape_uri_path(path)),
    }
