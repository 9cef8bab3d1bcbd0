"""What is offered while somebody types."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import maintenance
from tests.factories import CountryFactory, TopicFactory, practice

pytestmark = pytest.mark.django_db
#: Begins words of both titles; begins a word of the original only.
TYPED = ("integr", "integracj")


def put(*titles: str, **values: Any) -> None:
    for title in titles:
        practice(title=title, **values)
    maintenance.rebuild()


def offered(client: Client, query: str, language: str = "en") -> list[dict[str, str]]:
    response = client.get(f"/{language}/search/suggest.json", {"q": query})
    assert response.status_code == 200
    found: list[dict[str, str]] = response.json()["suggestions"]
    return found


def test_titles_are_offered_with_what_they_are(client: Client) -> None:
    put("Harbour school", "Garden school")
    [offer] = offered(client, "harb")
    assert offer["kind"] == "title"
    assert offer["label"] == "Harbour school"
    assert offer["language"] == "en"
    assert offer["detail"] == "Good practice"
    assert client.get(offer["url"]).status_code == 200


def test_words_may_be_typed_without_accents_and_in_any_order(client: Client) -> None:
    put("École du port")
    assert [offer["label"] for offer in offered(client, "port eco")] == ["École du port"]


@pytest.mark.parametrize(
    ("language", "query", "label", "detail"),
    [("de", "frank", "Frankreich", "Land"), ("fr", "alle", "Allemagne", "Pays"), ("en", "fran", "France", "Country")],
)
def test_countries_are_offered_in_the_readers_language(
    client: Client, language: str, query: str, label: str, detail: str
) -> None:
    CountryFactory(code="FR", name_en="France", name_de="Frankreich", name_fr="France")
    CountryFactory(code="DE", name_en="Germany", name_de="Deutschland", name_fr="Allemagne")
    [offer] = offered(client, query, language)
    assert (offer["kind"], offer["label"], offer["language"]) == ("country", label, language)
    assert offer["detail"] == detail
    assert offer["url"] in {f"/{language}/search/?country={code}" for code in ("FR", "DE")}
    assert client.get(offer["url"]).status_code == 200


def test_a_theme_leads_to_its_page_and_a_topic_to_its_results(client: Client) -> None:
    topic = TopicFactory(name_en="Zebra crossings", theme__name_en="Zoology")
    theme, crossing = offered(client, "zo")[0], offered(client, "cross")[0]
    assert (theme["kind"], theme["url"]) == ("theme", f"/en/themes/{topic.theme.code}/")
    assert (crossing["kind"], crossing["url"]) == ("topic", f"/en/search/?topic={topic.code}")


def test_a_retired_term_is_not_offered(client: Client) -> None:
    CountryFactory(code="XA", name_en="Zubrowka", retired=True)
    assert offered(client, "zubr") == []


def test_there_are_eight_at_most_and_three_of_them_terms(client: Client) -> None:
    for number in range(5):
        TopicFactory(code=f"housing-{number}", name_en=f"Housing {number}")
    put(*(f"Housing project {number}" for number in range(10)))
    kinds = [offer["kind"] for offer in offered(client, "hous")]
    assert kinds == ["topic"] * 3 + ["title"] * 5


def test_a_foreign_title_is_offered_in_english_unless_only_its_own_words_are_typed(client: Client) -> None:
    put("Integracja w szkole", language="pl", english_title="Integration at school")
    shown = {query: [(offer["label"], offer["language"]) for offer in offered(client, query)] for query in TYPED}
    assert shown == {"integr": [("Integration at school", "en")], "integracj": [("Integracja w szkole", "pl")]}
    assert offered(client, "szk")[0]["detail"].startswith("Good practice, ")


@pytest.mark.parametrize("query", ["", " ", "h", "é", "!?", "h -"])
def test_too_little_is_no_question(client: Client, query: str) -> None:
    put("Harbour school", "Écluse")
    assert offered(client, query) == []


@pytest.mark.parametrize("query", ["x" * 5_000, "a " * 2_000, "😀😀", "')(*:", "%ff"])
def test_any_text_gets_an_answer_of_bounded_size(client: Client, query: str) -> None:
    put("Harbour school")
    response = client.get("/en/search/suggest.json", {"q": query})
    assert response.status_code == 200
    assert len(response.json()["query"]) <= 100


def test_the_number_is_said_in_the_readers_language(client: Client) -> None:
    put("Harbour school", "Harbour garden", "Mill")
    said = [client.get("/en/search/suggest.json", {"q": query}).json()["status"] for query in ("zzzz", "mill", "har")]
    assert said == ["No suggestions", "1 suggestion", "2 suggestions"]


def test_only_reading_is_allowed_and_robots_stay_away(client: Client) -> None:
    assert client.post("/en/search/suggest.json", {"q": "har"}).status_code == 405
    assert client.get("/en/search/suggest.json?q=har")["X-Robots-Tag"] == "noindex"


def test_the_page_cache_keeps_an_answer_like_a_list(client: Client, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 60
    put("Harbour school")
    response = client.get("/en/search/suggest.json?q=har")
    assert "lists" in response["Surrogate-Key"].split()
    assert "sessionid" not in response.cookies


def test_more_titles_cost_no_more_queries(client: Client, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 0
    counts = []
    for more in (1, 9):
        put(*(f"Harbour number {number}" for number in range(more)))
        offered(client, "harb")
        with CaptureQueriesContext(connection) as captured:
            found = offered(client, "harb")
        counts.append((len(captured), len(found)))
    assert [found for _queries, found in counts] == [1, 8]
    assert counts[0][0] == counts[1][0] <= 6


def test_search_forms_name_the_address_in_the_language_of_the_page(client: Client) -> None:
    for address in ("/fr/search/", "/fr/good-practices/"):
        assert 'data-suggestions="/fr/search/suggest.json"' in client.get(address).content.decode()
