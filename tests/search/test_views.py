"""The pages and downloads, from the address to what is sent."""

import csv
import io
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import maintenance
from tests.factories import CountryFactory, TopicFactory, practice

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
LISTS = ["/en/good-practices/", "/fr/good-practices/", "/de/search/"]
HOSTILE = [
    "q=%00",
    "q=%ff%fe",
    "q=" + "x" * 5_000,
    "q=" + "%22" * 2_000,
    "q=title%3Aschool+AND+%28",
    "q='%3B+DROP+TABLE+search_outbox",
    "q=%F0%9F%98%80",
    "theme=%00",
    "country=de%00",
    "from=9999-99-99",
    "from=10000-01-01",
    "page=0",
    "page=-5",
    "page=1e3",
    "page=1000000000",
    "page=99999999999999999999999999",
    "size=0",
    "sort=title%20desc",
    "type=practice&type=nope",
    "a=1&b=2&theme[]=x",
    "=&&&=%",
    "q=%D9%A3&page=%D9%A3",
]


def put(*titles: str, **values: Any) -> None:
    for title in titles:
        practice(title=title, **values)
    maintenance.rebuild()


def json_of(client: Client, address: str, status: int = 200) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == status
    body: dict[str, Any] = response.json()
    return body


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("query", HOSTILE)
def test_bad_input_gets_a_helpful_answer(client: Client, address: str, query: str) -> None:
    put("A school")
    for suffix in ("", "results.json", "results.csv", "results.atom"):
        response = client.get(f"{address}{suffix}?{query}")
        assert response.status_code in {200, 400, 404}, suffix
        assert response.content
        assert "sessionid" not in response.cookies


def test_the_list_shows_results_facets_and_their_links(client: Client) -> None:
    put("Harbour school", "Garden school")
    page = client.get("/en/good-practices/?q=school").content.decode()
    assert "Harbour <mark>school</mark>" in page
    assert "2 results" in page
    assert 'href="/en/good-practices/results.atom?q=school"' in page


def test_a_wrong_value_is_named_and_the_rest_is_shown(client: Client) -> None:
    put("Harbour")
    response = client.get("/en/good-practices/?theme=nope&foo=1")
    assert response.status_code == 400
    page = response.content.decode()
    assert "nope" in page
    assert "foo" in page
    assert "Harbour" in page


def test_a_page_that_is_not_there_says_which_is_the_last(client: Client) -> None:
    put("Harbour")
    response = client.get("/en/good-practices/?page=7")
    assert response.status_code == 404
    assert "last one is 1" in response.content.decode()


def test_nothing_found_is_no_dead_end(client: Client) -> None:
    CountryFactory(code="FR", name_en="France")
    put("Harbour", countries=[CountryFactory(code="DE", name_en="Germany")])
    page = client.get("/en/good-practices/?q=harbour&country=FR").content.decode()
    assert "Nothing found" in page
    assert "Without Country: France" in page
    assert 'href="/en/good-practices/?q=harbour"' in page


def test_json_is_what_the_design_says(client: Client) -> None:
    put("Harbour school", summary="One <b>line</b>.", topics=[TopicFactory()])
    body = json_of(client, "/en/good-practices/results.json?q=harbour&foo=1")
    assert set(body) == {"total", "page", "pages", "query", "results", "facets", "degraded", "ignored"}
    assert (body["total"], body["page"], body["pages"], body["ignored"], body["degraded"]) == (
        1,
        1,
        1,
        ["foo"],
        ["meaning"],
    )
    assert body["query"] == "Good practices: “harbour”"
    result = body["results"][0]
    assert {
        "id",
        "type",
        "title",
        "language",
        "url",
        "summary",
        "themes",
        "topics",
        "countries",
        "published",
        "matched",
    } <= set(result)
    assert result["id"].startswith("practice-")
    assert result["url"].startswith("http://testserver/en/good-practices/")
    assert (result["themes"], result["topics"], result["countries"]) == (["employment"], ["job-matching"], ["DE"])
    assert result["matched"] == "words"
    assert result["summary"] == "One <b>line</b>."
    assert body["facets"]["country"] == [{"value": "DE", "label": "Country DE", "count": 1, "selected": False}]


def test_json_names_errors(client: Client) -> None:
    body = json_of(client, "/fr/good-practices/results.json?page=0&foo=1", 400)
    assert [error["parameter"] for error in body["errors"]] == ["page"]
    assert body["ignored"] == ["foo"]
    assert json_of(client, "/en/search/results.json?page=9", 404)["errors"][0]["parameter"] == "page"


def test_csv_holds_every_result_and_no_formula(client: Client) -> None:
    put(*(f"Harbour {number}" for number in range(12)))
    put("=HYPERLINK(1)", summary="+1")
    response = client.get("/en/good-practices/results.csv")
    assert response["Content-Type"].startswith("text/csv")
    assert "attachment" in response["Content-Disposition"]
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 14
    dangerous = next(row for row in rows if "HYPERLINK" in row[2])
    assert dangerous[2] == "'=HYPERLINK(1)"
    assert dangerous[5] == "'+1"
    assert (
        len(list(csv.reader(io.StringIO(client.get("/en/good-practices/results.csv?page=1").content.decode())))) == 11
    )


def test_atom_is_a_feed_of_the_same_query(client: Client) -> None:
    put("Harbour & <school>", "Garden")
    response = client.get("/en/good-practices/results.atom?q=harbour")
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(response.content)  # noqa: S314 - our own feed
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Harbour & <school>"]
    assert str(entries[0].findtext(f"{ATOM}id")).startswith("http://testserver/id/practice-")
    assert entries[0].findtext(f"{ATOM}updated")
    assert "harbour" in str(feed.findtext(f"{ATOM}title"))


def test_drafts_are_on_no_address(client: Client) -> None:
    put("Harbour")
    practice(title="Secret draft", draft=True)
    maintenance.rebuild()
    for address in ("", "results.json", "results.csv", "results.atom"):
        assert "Secret draft" not in client.get(f"/en/good-practices/{address}").content.decode()
        assert "Secret draft" not in client.get(f"/en/search/{address}").content.decode()


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/en/search/").status_code == 405
    assert client.head("/en/search/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/en/good-practices/?q=harbour", "/en/search/?q=harbour", "/en/good-practices/results.json"]
)
def test_ten_results_cost_the_queries_of_one(client: Client, address: str, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 0

    def queries() -> int:
        from django.core.cache import cache

        client.get(address)
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        assert not [query for query in captured if query["sql"].split(" ", 1)[0] in {"INSERT", "UPDATE", "DELETE"}]
        return len(captured)

    put("Harbour 0")
    one = queries()
    put(*(f"Harbour {number}" for number in range(1, 10)))
    assert queries() == one <= 12
