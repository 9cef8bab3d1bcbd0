"""Who asks: the address of a visitor, also behind a proxy."""

from django.conf import settings
from django.http import HttpRequest


def visitor_address(request: HttpRequest) -> str:
    """Return the address that ``request`` came from.

    Behind a proxy every connection comes from the proxy itself. What it adds to X-Forwarded-For stands last; whatever
    stands before that was sent by the visitor and may be invented, and without a proxy all of it may be.
    """
    direct: str = request.META.get("REMOTE_ADDR", "")
    if not settings.SECURE_PROXY:
        return direct
    return request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or direct
