"""Choosing a person in the office: found by name, paged, the same queries for one and for thirty, never all at once."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Role
from goodpractices.models import GoodPractice
from tests.factories import person, practice

pytestmark = pytest.mark.django_db

WINDOW, RESULTS = "person_chooser:choose", "person_chooser:choose_results"
EDIT = "wagtailsnippets_goodpractices_goodpractice:edit"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(person(Role.EDITOR, last_name="Zzz", email="editor@example.org"))
    return client


def shown(client: Client, **query: Any) -> str:
    response = client.get(reverse(RESULTS), query)
    assert response.status_code == 200
    return response.content.decode()


def test_people_are_offered_by_name_with_their_address(editor: Client) -> None:
    for first, last in (("Zofia", "Nowak"), ("Adam", "Nowak"), ("Ines", "Alves")):
        person(first_name=first, last_name=last, email=f"{first.lower()}@example.org")
    window = json.loads(editor.get(reverse(WINDOW)).content)["html"]
    assert "Choose a person" in window
    assert "Name or e-mail address" in window
    page = shown(editor)
    assert page.index("Ines Alves") < page.index("Adam Nowak") < page.index("Zofia Nowak")
    assert "zofia@example.org" in page
    assert "Title" not in page


def test_people_are_found_by_words_of_the_name_or_by_the_whole_address(editor: Client) -> None:
    person(first_name="Zofia", last_name="Nowak", email="zofia@example.org")
    person(first_name="Adam", last_name="Nowak", email="adam@example.org")
    assert "Adam Nowak" not in shown(editor, q="nowak zof")
    assert "Zofia Nowak" in shown(editor, q="nowak zof")
    assert "Adam Nowak" in shown(editor, q="ADAM@example.org")
    assert "Nowak" not in shown(editor, q="example.org")


def test_who_has_no_account_any_more_is_not_offered(editor: Client) -> None:
    gone = person(first_name="Gone", last_name="Away", is_active=False)
    erased = person(first_name="Former", last_name="Contributor", erased_at=timezone.now())
    page = shown(editor)
    assert "Gone Away" not in page
    assert "Former Contributor" not in page
    for someone in (gone, erased):
        assert editor.get(reverse("person_chooser:chosen", args=[someone.pk])).status_code == 404


def test_a_list_of_many_has_pages_and_costs_the_same(editor: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            shown(editor)
        return len(captured)

    person(last_name="Alves")
    queries()
    before = queries()
    for number in range(30):
        person(first_name=f"Number {number:02}", last_name="Nowak")
    assert queries() == before
    assert "Number 29" not in shown(editor)
    assert "Number 29" in shown(editor, p=2)
    assert editor.get(reverse(RESULTS), {"p": "99"}).status_code == 404


@pytest.mark.parametrize("key", ["0", "x", "9" * 40, "１", "-1"])
def test_a_key_of_nobody_is_not_found(editor: Client, key: str) -> None:
    assert editor.get(reverse("person_chooser:chosen", args=[key])).status_code == 404
    assert editor.get(reverse("person_chooser:chosen_multiple"), {"id": key}).status_code == 200


@pytest.mark.parametrize("role", [Role.COUNTRY_COORDINATOR, Role.MODERATOR])
def test_others_in_the_office_learn_no_names(client: Client, role: Role) -> None:
    someone = person(first_name="Zofia", last_name="Nowak")
    client.force_login(person(role, "DE"))
    for address in (
        reverse(WINDOW),
        reverse(RESULTS),
        reverse("person_chooser:chosen", args=[someone.pk]),
        reverse("person_chooser:chosen_multiple") + f"?id={someone.pk}",
    ):
        assert "Nowak" not in client.get(address, follow=True).content.decode()


def test_the_editor_of_an_item_names_its_contributor_and_nobody_else(editor: Client) -> None:
    chosen, other = person(first_name="Zofia", last_name="Nowak"), person(first_name="Ines", last_name="Alves")
    row = practice(contributor=chosen)
    page = editor.get(reverse(EDIT, args=[row.pk])).content.decode()
    assert "Zofia Nowak" in page
    assert "Ines Alves" not in page
    assert reverse(WINDOW) in page
    answer = json.loads(editor.get(reverse("person_chooser:chosen", args=[other.pk])).content)
    assert answer["result"]["title"] == "Ines Alves"
    assert GoodPractice.objects.get(pk=row.pk).contributor == chosen
