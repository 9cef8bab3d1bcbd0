"""The editorial list of good practices: columns, filters, search, export, and the same queries for 1 row and 10."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Role
from content import services
from content.models import Status
from goodpractices.models import GoodPractice
from tests.factories import ThemeFactory, TopicFactory, person, practice

pytestmark = pytest.mark.django_db

LIST = "wagtailsnippets_goodpractices_goodpractice:list"
RESULTS = "wagtailsnippets_goodpractices_goodpractice:list_results"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(person(Role.EDITOR))
    return client


def titles(client: Client, **query: Any) -> set[str]:
    page = client.get(reverse(RESULTS), query).content.decode()
    return {title for title in GoodPractice.objects.values_list("title", flat=True) if f">{title}<" in page}


def test_the_columns_say_language_status_countries_record_and_review(editor: Client) -> None:
    practice("PL", title="Kurs", language="pl", review_on=dt.date(2020, 1, 2), short=True)
    page = editor.get(reverse(LIST)).content.decode()
    for text in ("Kurs", "polski", "Published", "Country PL", "Short record", "overdue"):
        assert text in page, text
    assert 'lang="pl"' in page


def test_the_title_of_the_list_is_the_latest_one(editor: Client) -> None:
    row = practice("DE", title="Public title")
    row.title = "Corrected title"
    row.save_revision(clean=False)
    page = editor.get(reverse(LIST)).content.decode()
    assert "Corrected title" in page
    assert "Published, correction not yet public" in page


def test_a_coordinator_reads_no_contributors_of_other_countries(client: Client) -> None:
    for code, name in (("DE", "Sehrgeheim"), ("PL", "Swojska")):
        practice(code, title=f"By {name}", contributor=person(Role.CONTRIBUTOR, last_name=name), draft=True)
    client.force_login(person(Role.COUNTRY_COORDINATOR, "PL"))
    page = client.get(reverse(LIST)).content.decode()
    assert "Swojska" in page
    assert "Sehrgeheim" not in page
    assert titles(client, contributor="Swojska") == {"By Swojska"}
    assert titles(client, contributor="Sehrgeheim") == set()


def test_contributors_are_found_by_words_of_their_name_or_their_whole_address(editor: Client) -> None:
    for first, last, email in (
        ("Zofia", "Nowak-Lis", "zofia@example.org"),
        ("Zofia", "Berg", "zofia.berg@example.org"),
        ("", "", "without@example.org"),
    ):
        practice(title=f"By {email}", contributor=person(first_name=first, last_name=last, email=email))
    assert titles(editor, contributor="zofia") == {"By zofia@example.org", "By zofia.berg@example.org"}
    assert titles(editor, contributor="lis zofia") == {"By zofia@example.org"}
    assert titles(editor, contributor="WITHOUT@example.org") == {"By without@example.org"}
    assert titles(editor, contributor="example.org") == set()
    assert len(titles(editor, contributor="  ")) == 3
    assert editor.get(reverse(RESULTS), {"contributor": "\0"}).status_code == 400


def test_each_filter_keeps_what_it_names(editor: Client) -> None:
    theme = ThemeFactory(code="health")
    author = person(Role.CONTRIBUTOR, last_name="Kowal")
    practice("DE", title="German one", language="de")
    practice("FR", title="French one", topics=[TopicFactory(code="care", theme=theme)])
    practice("DE", title="Short one", short=True)
    practice("DE", title="Late one", review_on=timezone.localdate() - dt.timedelta(days=1), contributor=author)
    practice("DE", title="Due today", review_on=timezone.localdate())
    assert titles(editor, country="FR") == {"French one"}
    assert titles(editor, theme="health") == {"French one"}
    assert titles(editor, language="de") == {"German one"}
    assert titles(editor, record="short") == {"Short one"}
    assert titles(editor, overdue="true") == {"Late one"}
    assert titles(editor, contributor="Kowal") == {"Late one"}
    assert titles(editor, q="french") == {"French one"}
    assert len(titles(editor)) == 5


def test_the_filter_by_status_agrees_with_the_word_in_the_column(editor: Client) -> None:
    user = person(Role.EDITOR)
    practice("DE", title="A draft", draft=True)
    practice("DE", title="A public one")
    practice("DE", title="An archived one", archived=True)
    practice("DE", title="A withdrawn one", withdrawn=True)
    corrected = practice("DE", title="A corrected one")
    corrected.save_revision(clean=False)
    planned = practice("DE", title="A planned one", draft=True)
    planned.go_live_at = timezone.now() + dt.timedelta(days=1)
    services.publish(item=planned, user=user, revision=planned.save_revision(clean=False))
    seen: dict[str, str] = {}
    for status in Status:
        for title in titles(editor, status=status.value):
            assert title not in seen, f"{title} has two states"
            seen[title] = status.value
    assert seen == {
        "A draft": "draft",
        "A public one": "published",
        "An archived one": "archived",
        "A withdrawn one": "withdrawn",
        "A corrected one": "correcting",
        "A planned one": "scheduled",
    }
    for row in GoodPractice.objects.all():
        assert row.status.value == seen[row.title]
    for row in GoodPractice.objects.with_state():
        assert row.status.value == seen[row.title]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "nonsense"},
        {"country": "XX"},
        {"theme": "'; DROP TABLE"},
        {"language": "xx"},
        {"contributor": "x"},
        {"p": "10000000000"},
        {"q": "a" * 5000},
        {"export": "nonsense"},
        {"ordering": "nonsense"},
    ],
)
def test_wrong_values_never_break_the_list(editor: Client, query: dict[str, str]) -> None:
    practice("DE")
    assert editor.get(reverse(LIST), query).status_code in {200, 404}


@pytest.mark.parametrize("format_name", ["csv", "xlsx"])
def test_the_export_holds_the_filtered_rows(editor: Client, format_name: str) -> None:
    practice("DE", title="In the file")
    practice("FR", title="Not in the file")
    response = editor.get(reverse(LIST), {"export": format_name, "country": "DE"})
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    assert response.status_code == 200
    if format_name == "csv":
        text = content.decode()
        assert "In the file" in text
        assert "Published" in text
        assert "Not in the file" not in text


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("query", ["", "?export=csv", "?status=published&country=DE"])
def test_the_list_needs_the_same_queries_for_one_row_and_ten(editor: Client, query: str) -> None:
    practice("DE", contributor=person())
    address = reverse(LIST) + query
    editor.get(address)
    one = queries(editor, address)
    for number in range(9):
        row = practice("DE", "FR", contributor=person(), title=f"More {number}")
        row.save_revision(clean=False)
    assert queries(editor, address) == one


def test_the_desk_needs_the_same_queries_for_one_row_and_five(editor: Client) -> None:
    practice("DE")
    editor.get("/admin/")
    one = queries(editor, "/admin/")
    for _ in range(4):
        practice("FR")
    assert queries(editor, "/admin/") == one


def test_deletion_is_offered_only_for_what_was_never_public(editor: Client) -> None:
    public, draft = practice("DE"), practice("DE", draft=True)
    page = editor.get(reverse(LIST)).content.decode()
    assert f"/delete/{draft.pk}/" in page
    assert f"/delete/{public.pk}/" not in page


def test_an_export_holds_no_formula(editor: Client) -> None:
    practice("DE", title="=HYPERLINK(1)")
    response = editor.get(reverse(LIST), {"export": "csv"})
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert ",'=HYPERLINK(1)," in text
