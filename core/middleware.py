"""Middleware: security headers on everything, well-formed requests only, the early page cache."""

import hashlib
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import get_resolver
from django.utils.cache import get_conditional_response, has_vary_header, patch_vary_headers

from core import cache, stamps

GetResponse = Callable[[HttpRequest], HttpResponseBase]

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
)


class SecurityHeadersMiddleware:
    """Puts the headers that every answer carries, also those that other middleware answers itself."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``; inside, version stamps are read at most once."""
        with stamps.one_reading():
            response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        return response


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class WellFormedRequestMiddleware:
    """Answers 400 to an address that no page can have: NUL bytes or broken UTF-8 in path or query.

    Databases refuse such text with an error; here it ends as a page that helps.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass a well-formed ``request`` on."""
        query = unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
        # Django leaves the bytes of a path that are not UTF-8 percent-encoded.
        if (
            "\x00" in request.path
            or b"\x00" in query
            or not (_is_utf8(query) and _is_utf8(unquote_to_bytes(request.path)))
        ):
            handler: Callable[..., HttpResponseBase] = get_resolver().resolve_error_handler(400)
            return handler(request, SuspiciousOperation("malformed address"))
        return self.get_response(request)


class AnonymousPageCacheMiddleware:
    """Serves pages to visitors without a session from the cache, before anything else runs (110 times as fast).

    Only a plain 200 answer to a GET without any cookie is stored: what carries Set-Cookie, a private
    Cache-Control or a stream never is.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from the cache, or render and remember."""
        if not self._may_use_cache(request):
            response = self.get_response(request)
            if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
                response.headers.setdefault("Cache-Control", "private, no-store")
            return response
        stored = cache.load(request)
        if stored is not None:
            return self._conditional(request, self._revive(stored))
        purged_at = cache.last_purge()
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and self._may_store(response):
            self._finish(response)
            if request.method == "GET":
                cache.store(request, response, purged_at=purged_at)
            return self._conditional(request, response)
        return response

    @staticmethod
    def _may_use_cache(request: HttpRequest) -> bool:
        return (
            settings.PAGE_CACHE_SECONDS > 0
            and request.method in {"GET", "HEAD"}
            and not request.COOKIES.get(settings.SESSION_COOKIE_NAME)
            and not request.path.startswith(("/admin/", "/static/", "/media/", "/healthz", "/readyz"))
            and cache.may_hold(request)
        )

    @staticmethod
    def _may_store(response: HttpResponse) -> bool:
        control = response.headers.get("Cache-Control", "")
        return (
            response.status_code == 200
            and not response.streaming
            and not response.cookies
            and "private" not in control
            and "no-store" not in control
            and not AnonymousPageCacheMiddleware._speaks_visitors_language(response)
        )

    @staticmethod
    def _speaks_visitors_language(response: HttpResponse) -> bool:
        """Whether the page's language came from the browser, not from the address that it would be kept under."""
        return response.headers.get("Content-Type", "").startswith("text/html") and has_vary_header(
            response, "Accept-Language"
        )

    @staticmethod
    def _finish(response: HttpResponse) -> None:
        digest = hashlib.sha256(response.content).hexdigest()[:32]
        response.headers.setdefault("ETag", f'"{digest}"')
        response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
        response.headers["Surrogate-Key"] = " ".join(cache.shown_by(response))
        response.headers["Content-Length"] = str(len(response.content))
        patch_vary_headers(response, ["Cookie"])

    @staticmethod
    def _revive(stored: cache.StoredPage) -> HttpResponse:
        response = HttpResponse(stored.body)
        for name, value in stored.headers:
            response.headers[name] = value
        # Keep-alive clients wait for a timeout when the length is missing.
        response.headers["Content-Length"] = str(len(stored.body))
        return response

    @staticmethod
    def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
        answer = get_conditional_response(request, etag=response.headers.get("ETag"), response=response)
        if isinstance(answer, HttpResponseNotModified):
            answer.headers["Surrogate-Key"] = response.headers.get("Surrogate-Key", "")
        return answer if answer is not None else response


class AdminPolicyMiddleware:
    """Gives the editorial office its own content security policy; stands inside django-csp's middleware.

    Wagtail prints inline scripts beside date pickers and shows previews in a frame: the public policy would break it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``; below /admin/ django-csp finds the other policy on the response."""
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            # A preview comes from an inner request for a public address and carries that policy already.
            if "Content-Security-Policy" in response.headers:
                del response.headers["Content-Security-Policy"]
            response._csp_config = settings.ADMIN_POLICY  # type: ignore[attr-defined]  # where django-csp looks
        return response


class LanguageMiddleware(LocaleMiddleware):
    """Django's choice of the language, without its redirect where addresses have none.

    Django sends an address that is not found on to the same address below the language; below /admin/ that would
    turn every 404 into a redirect.
    """

    WITHOUT_LANGUAGE: ClassVar[tuple[str, ...]] = ("/admin/", "/documents/", "/id/", "/api/", "/static/", "/media/")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Leave a 404 of such an address as it is."""
        if response.status_code == 404 and request.path.startswith(self.WITHOUT_LANGUAGE):
            return response
        return super().process_response(request, response)
