"""What pages ask goes on when the engine is out of reach."""

from typing import Any

import pytest
from django.test import Client

from search import service
from search.backends import SearchUnavailableError, get_backend
from search.types import SearchRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that can't be reached."""

    def refuse(*_arguments: Any, **_named: Any) -> None:
        raise SearchUnavailableError

    class Away:
        search = related = suggest = staticmethod(refuse)

    monkeypatch.setattr(service, "get_backend", Away)


@pytest.mark.usefixtures("away")
def test_without_an_engine_the_answer_is_empty_and_says_so(client: Client) -> None:
    assert service.search(SearchRequest()).degraded == ("unavailable",)
    assert service.related("practice-1") == ()
    assert service.suggest("a", "en") == ()
    response = client.get("/en/search/?q=x")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert "limited at the moment" in response.content.decode()
    assert client.get("/en/search/results.json").json()["degraded"] == ["unavailable"]


def test_with_an_engine_it_is_asked() -> None:
    get_backend().clear()
    assert service.search(SearchRequest()).total == 0
    assert service.related("practice-1") == ()
    assert service.suggest("a", "en") == ()
