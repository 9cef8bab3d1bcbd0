"""What pages ask goes on when the engine is out of reach."""

from typing import Any

import pytest
from django.test import Client

from search import service
from search.backends import EMBEDDED, QuestionRefusedError, SearchUnavailableError, get_backend
from search.circuit import Circuit
from search.types import SearchRequest
from tests.search.kinds import put, thing

pytestmark = pytest.mark.django_db


class Away:
    """An engine that can't be reached; it counts how often it was asked."""

    name = "away"

    def __init__(self) -> None:
        self.asked = 0
        self.fails = True

    def _answer(self, method: str, *arguments: Any) -> Any:
        self.asked += 1
        if self.fails:
            raise SearchUnavailableError
        return getattr(get_backend(), method)(*arguments)

    def search(self, request: SearchRequest) -> Any:
        return self._answer("search", request)

    def related(self, uid: str, size: int) -> Any:
        return self._answer("related", uid, size)

    def suggest(self, prefix: str, language: str, size: int) -> Any:
        return self._answer("suggest", prefix, language, size)


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    engine = Away()
    service.circuit_of.cache_clear()
    monkeypatch.setattr(service, "get_backend", lambda name="": get_backend() if name == EMBEDDED else engine)
    return engine


@pytest.mark.usefixtures("things")
def test_the_embedded_engine_answers_in_the_place_of_another_and_the_page_says_so(client: Client, away: Away) -> None:
    put(thing(1, title="Harbour"))
    response = client.get("/en/search/?q=harbour")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    page = response.content.decode()
    assert "limited at the moment" in page
    assert "Harbour" in page
    body = client.get("/en/search/results.json?q=harbour").json()
    assert body["degraded"] == ["engine", "meaning"]
    assert body["total"] == 1
    assert client.get("/en/search/suggest.json?q=harb")["Cache-Control"] == "no-store"
    assert service.suggest("harb", "en")[0].title == "Harbour"
    assert away.asked == 1


def test_a_question_that_is_refused_costs_nobody_else_the_engine(away: Away, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_request: SearchRequest) -> None:
        away.asked += 1
        raise QuestionRefusedError

    away.fails = False
    with monkeypatch.context() as patch:
        patch.setattr(away, "search", refuse)
        assert service.search(SearchRequest()).degraded == ("engine",)
    assert service.search(SearchRequest()).degraded == ()
    assert away.asked == 2


def test_an_engine_that_comes_back_is_asked_again(away: Away, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    circuit = Circuit(lambda: now[0])
    monkeypatch.setattr(service, "circuit_of", lambda _name: circuit)
    assert service.search(SearchRequest()).degraded == ("engine",)
    away.fails = False
    now[0] += 1
    assert service.search(SearchRequest()).degraded == ("engine",)
    now[0] += 2
    assert service.search(SearchRequest()).degraded == ()
    assert away.asked == 2


def test_with_an_engine_it_is_asked() -> None:
    get_backend().clear()
    assert service.search(SearchRequest()).total == 0
    assert service.related("practice-1") == ()
    assert service.suggest("a", "en") == ()


def test_a_circuit_lets_one_question_try_and_rests_longer_after_each_failure() -> None:
    now = [0.0]
    circuit = Circuit(lambda: now[0])
    assert circuit.allows()
    assert circuit.allows()
    assert circuit.failed()
    assert not circuit.allows()
    now[0] = 2.1
    assert circuit.allows()
    assert not circuit.allows()
    assert not circuit.failed()
    now[0] = 5.0
    assert not circuit.allows()
    now[0] = 6.2
    assert circuit.allows()
    assert circuit.succeeded()
    assert not circuit.is_open
    assert circuit.allows()
    for _failure in range(20):
        circuit.failed()
    now[0] += 30.1
    assert circuit.allows()


def test_questions_that_fail_together_are_one_failure() -> None:
    now = [0.0]
    circuit = Circuit(lambda: now[0])
    assert [circuit.allows() for _visitor in range(8)] == [True] * 8
    assert [circuit.failed() for _visitor in range(8)] == [True] + [False] * 7
    now[0] = 2.1
    assert circuit.allows()


def test_words_only_is_said_where_something_was_typed(client: Client) -> None:
    assert service.search(SearchRequest(text="harbour")).degraded == ("meaning",)
    assert service.search(SearchRequest()).degraded == ()
    assert "compares words only" in client.get("/en/search/?q=harbour").content.decode()
    assert "compares words only" not in client.get("/en/search/").content.decode()
