"""What every answer carries, and what no address may hold."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from core.middleware import SecurityHeadersMiddleware, WellFormedRequestMiddleware


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("fine")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ],
)
def test_every_answer_carries_the_header(rf: RequestFactory, name: str, value: str) -> None:
    assert SecurityHeadersMiddleware(answer)(rf.get("/")).headers[name] == value


def test_no_page_may_use_camera_or_microphone(rf: RequestFactory) -> None:
    policy = SecurityHeadersMiddleware(answer)(rf.get("/")).headers["Permissions-Policy"]
    assert "camera=()" in policy
    assert "microphone=()" in policy


@pytest.mark.parametrize("query", ["q=a%00b", "q=%FF", "q=%C3", "q=%ED%A0%80", "%00=1", "country=%FFDE"])
@pytest.mark.django_db
def test_a_malformed_query_is_answered_with_400(rf: RequestFactory, query: str) -> None:
    response = WellFormedRequestMiddleware(answer)(rf.get("/en/", QUERY_STRING=query))
    assert response.status_code == 400


@pytest.mark.django_db
def test_a_nul_byte_in_the_path_is_answered_with_400(rf: RequestFactory) -> None:
    request = rf.get("/en/")
    request.path = "/en/\x00/"
    assert WellFormedRequestMiddleware(answer)(request).status_code == 400


@pytest.mark.parametrize("query", ["", "q=caf%C3%A9", "q=%E2%82%AC", "q=a+b&&=", "q=100%", "q=%zz", "q=%F0%9F%98%80"])
def test_whatever_is_text_passes(rf: RequestFactory, query: str) -> None:
    assert WellFormedRequestMiddleware(answer)(rf.get("/en/", QUERY_STRING=query)).status_code == 200


def test_a_page_is_compressed_and_still_revalidates(client: Client, db: None) -> None:
    first = client.get("/en/search/", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in first.headers["Vary"]
    assert int(first.headers["Content-Length"]) == len(first.content)
    again = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    assert client.get("/en/search/", headers=again).status_code == 304
    assert "Content-Encoding" not in client.get("/en/search/").headers
