"""The page cache: what it keeps, what a purge drops, and that two processes agree."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory, override_settings

from core import cache
from core.middleware import AnonymousPageCacheMiddleware

pytestmark = pytest.mark.django_db(transaction=True)


class Site:
    """A view that counts how often it is asked, behind the middleware."""

    def __init__(self, answer: Callable[[], HttpResponseBase] | None = None) -> None:
        self.asked = 0
        self.answer = answer or (lambda: HttpResponse(f"page {self.asked}"))
        self.middleware = AnonymousPageCacheMiddleware(self.view)

    def view(self, request: HttpRequest) -> HttpResponseBase:
        self.asked += 1
        response = self.answer()
        if isinstance(response, HttpResponse):
            cache.shows(response, ["practice-1", cache.LISTS])
        return response

    def get(self, path: str = "/en/", **extra: str) -> HttpResponseBase:
        return self.middleware(RequestFactory().get(path, **extra))


def test_a_page_is_rendered_once_and_then_served_from_the_cache() -> None:
    site = Site()
    first, second = site.get(), site.get()
    assert site.asked == 1
    assert isinstance(first, HttpResponse)
    assert isinstance(second, HttpResponse)
    assert first.content == second.content == b"page 1"
    assert second.headers["Content-Length"] == "6"
    assert second.headers["Surrogate-Key"] == "everything lists practice-1"
    assert second.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("name", ["practice-1", cache.LISTS, cache.EVERYTHING])
def test_purging_anything_that_a_page_shows_drops_it(name: str) -> None:
    site = Site()
    site.get()
    cache.purge(name)
    site.get()
    assert site.asked == 2


def test_purging_something_else_keeps_the_page() -> None:
    site = Site()
    site.get()
    cache.purge("practice-2")
    site.get()
    assert site.asked == 1


def test_a_page_whose_generation_the_cache_has_forgotten_is_not_served() -> None:
    site = Site()
    site.get()
    caches["default"].delete("surrogate:practice-1")
    site.get()
    assert site.asked == 2


def test_a_page_rendered_across_a_purge_is_not_kept() -> None:
    def answer() -> HttpResponse:
        cache.purge("practice-1")
        return HttpResponse("old")

    site = Site(answer)
    site.get()
    site.get()
    assert site.asked == 2


@pytest.mark.parametrize(
    "answer",
    [
        lambda: HttpResponse("x", status=404),
        lambda: HttpResponse("x", headers={"Cache-Control": "private"}),
        lambda: HttpResponse("x", headers={"Cache-Control": "no-store"}),
        lambda: StreamingHttpResponse(["x"]),
    ],
)
def test_what_is_not_everybodys_plain_page_is_never_kept(answer: Callable[[], HttpResponseBase]) -> None:
    site = Site(answer)
    site.get()
    site.get()
    assert site.asked == 2


def test_an_answer_that_sets_a_cookie_is_never_kept() -> None:
    def answer() -> HttpResponse:
        response = HttpResponse("x")
        response.set_cookie("any", "thing")
        return response

    site = Site(answer)
    site.get()
    site.get()
    assert site.asked == 2


def test_whoever_is_signed_in_gets_a_page_of_their_own_that_nobody_keeps() -> None:
    site = Site()
    site.get()
    response = site.get(HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}=abc")
    assert site.asked == 2
    assert response.headers["Cache-Control"] == "private, no-store"


def test_hosts_and_queries_have_pages_of_their_own() -> None:
    site = Site()
    for path, host in (("/en/", "testserver"), ("/en/?page=2", "testserver"), ("/en/", "localhost")):
        site.get(path, HTTP_HOST=host)
    assert site.asked == 3


def test_an_endless_address_is_answered_but_not_kept() -> None:
    site = Site()
    site.get("/en/?q=" + "a" * 600)
    site.get("/en/?q=" + "a" * 600)
    assert site.asked == 2


def test_a_head_request_leaves_nothing_behind() -> None:
    site = Site()
    site.middleware(RequestFactory().head("/en/"))
    site.get()
    assert site.asked == 2


def test_the_same_etag_is_answered_with_304() -> None:
    site = Site()
    tag = site.get().headers["ETag"]
    response = site.get(HTTP_IF_NONE_MATCH=tag)
    assert response.status_code == 304
    assert response.headers["Surrogate-Key"] == "everything lists practice-1"


@override_settings(PAGE_CACHE_SECONDS=0)
def test_zero_seconds_switch_it_off() -> None:
    site = Site()
    site.get()
    site.get()
    assert site.asked == 2


def test_a_purge_in_a_rolled_back_transaction_purges_nothing() -> None:
    from django.db import transaction

    site = Site()
    site.get()
    with pytest.raises(RuntimeError), transaction.atomic():
        cache.purge("practice-1")
        raise RuntimeError
    site.get()
    assert site.asked == 1


@pytest.mark.slow
def test_a_purge_by_the_worker_reaches_the_web_process(tmp_path: Path) -> None:
    """The default cache lies in files that both processes read."""
    program = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'portal.settings'\n"
        "import django; django.setup()\n"
        "from core import cache; print(cache.last_purge()); cache.purge('practice-1'); print(cache.last_purge())"
    )
    environment = {"DEBUG": "on", "VAR_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    printed = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            cwd=settings.BASE_DIR,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\n")
        for _ in range(2)
    ]
    assert printed[0][0] == ""
    assert printed[0][1]
    assert printed[1][0] == printed[0][1]


def test_a_page_in_the_language_of_the_browser_is_not_kept_for_others() -> None:
    site = Site(lambda: HttpResponse("Seite", headers={"Vary": "Accept-Language"}))
    site.get("/pattern-library/")
    site.get("/pattern-library/")
    assert site.asked == 2
