"""The review desk: its lists, what changed since the last look, files, and whatever people typed."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from accounts.permissions import Role
from contributions.services import drafts, reviewing, submitting
from contributions.workflow import ensure_workflow
from tests.contributions.builders import all_met, contributor, kind, open_review, revision_of, submitted
from tests.contributions.desk_pages import (
    REVIEW,
    filled,
    fresh,
    press,
    resubmitted,
    shown,
    signed_in,
)
from tests.factories import CountryFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()


@pytest.fixture
def editor() -> User:
    return person(Role.EDITOR)


def test_what_changed_since_the_last_look_is_told_word_by_word(client: Client, editor: User) -> None:
    contribution = resubmitted(editor, title="A café run by neighbours", programmes="AMIF, ESF+")
    signed_in(client, editor)
    page = shown(client, contribution)
    assert "Since you last decided on it" in page
    assert "<ins>" in page
    assert "<del>" in page
    assert "[added:" in page
    found = json.loads(client.get(reverse("contribution_desk:difference", args=[contribution.pk])).content)
    assert found["compared"] == "mine"
    assert [field["field"] for field in found["fields"]] == ["title", "programmes"]
    title = found["fields"][0]
    assert title["before"] == "A café where neighbours meet"
    assert title["after"] == "A café run by neighbours"
    for field in found["fields"]:
        assert "".join(text for sign, text in field["changes"] if sign != "+") == field["before"]
        assert "".join(text for sign, text in field["changes"] if sign != "-") == field["after"]


def test_a_stage_that_begins_again_begins_with_its_answers(client: Client, editor: User) -> None:
    contribution = resubmitted(editor, title="A café run by neighbours")
    signed_in(client, editor)
    page = shown(client, contribution)
    assert "Filled in as it was answered before" in page
    assert "Who runs it?</textarea>" in page
    assert not open_review(contribution).answers.exists()
    press(client, contribution, "save")
    assert "Filled in as it was answered before" not in shown(client, contribution)


def test_another_reviewer_sees_the_difference_since_the_last_decision(client: Client, editor: User) -> None:
    contribution = resubmitted(editor, title="A café run by neighbours")
    assert "decided on it" in shown(signed_in(client, person(Role.EDITOR)), contribution)


def test_a_correction_is_shown_against_what_is_published(client: Client, editor: User) -> None:
    first = submitted()
    reviewing.approve(
        user=editor,
        key=open_review(first).pk,
        answers=all_met(open_review(first)),
        revision_id=revision_of(first),
    )
    owner = first.contributor
    assert owner is not None
    correction = drafts.start_correction(user=owner, kind=kind(), item=fresh(first).item)
    signed_in(client, editor)
    # A correction that is still being written is nobody's business.
    assert client.get(reverse(REVIEW, args=[correction.pk])).status_code == 404
    saved = drafts.save(user=owner, key=correction.pk, raw={"area": "Neuköln"}, version=correction.version)
    submitting.submit(user=owner, key=correction.pk, version=saved.version, consent=True)
    page = shown(client, correction)
    assert "Against the published version" in page
    assert "Correction of what is published" in page
    found = json.loads(client.get(reverse("contribution_desk:difference", args=[correction.pk])).content)
    assert [(field["field"], field["after"]) for field in found["fields"]] == [("area", "Neuköln")]


@pytest.mark.parametrize(("tab", "expected"), [("index", True), ("taken", False), ("open", True), ("decided", False)])
def test_lists_hold_what_their_name_says(client: Client, editor: User, tab: str, expected: bool) -> None:
    contribution = submitted()
    page = signed_in(client, editor).get(reverse(f"contribution_desk:{tab}")).content.decode()
    assert (reverse(REVIEW, args=[contribution.pk]) in page) is expected
    assert ("My queue <span>(1)</span>" in page) is True


def test_the_list_takes_the_same_number_of_queries_for_one_and_for_ten(
    client: Client, editor: User, django_assert_max_num_queries: Any
) -> None:
    signed_in(client, editor)
    submitted()
    address = reverse("contribution_desk:open")
    client.get(address)
    with django_assert_max_num_queries(100) as one:
        assert client.get(address).content.decode().count('class="title-wrapper"') == 1
    for _number in range(9):
        submitted(contributor())
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert client.get(address).content.decode().count('class="title-wrapper"') == 10


def test_filters_narrow_the_list(client: Client, editor: User) -> None:
    CountryFactory(code="PL")
    german, polish = submitted(title="German one"), submitted(contributor(), country="PL", title="=Polish()")
    signed_in(client, editor)
    address = reverse("contribution_desk:open")

    def found(**query: str) -> set[int]:
        page = client.get(address, query).content.decode()
        return {one.pk for one in (german, polish) if reverse(REVIEW, args=[one.pk]) in page}

    assert found() == {german.pk, polish.pk}
    assert found(country="PL") == {polish.pk}
    assert found(language="fr") == set()
    assert found(stage="decision", type="good-practice") == {german.pk, polish.pk}
    assert found(q="German") == {german.pk}
    assert found(age="overdue") == set()
    assert found(age="5") == set()
    review = open_review(german)
    type(review).objects.filter(pk=review.pk).update(due_at="2026-01-01T00:00Z", started_at="2025-12-01T00:00Z")
    assert found(age="overdue") == {german.pk}
    assert found(age="10") == {german.pk}
    assert "Overdue" in client.get(address).content.decode()
    exported = b"".join(client.get(address, {"export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "German one" in exported
    assert "'=Polish()" in exported


def test_files_are_handed_out_as_downloads_only(client: Client, editor: User) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.contributions.builders import written

    draft = written()
    owner = draft.contributor
    assert owner is not None
    held = drafts.add_file(
        user=owner, key=draft.pk, kind="attachment", upload=SimpleUploadedFile("facts.txt", b"Facts and figures")
    )
    submitting.submit(user=owner, key=draft.pk, version=fresh(draft).version, consent=True)
    address = reverse("contribution_desk:file", args=[draft.pk, held.pk])
    signed_in(client, editor)
    assert address in shown(client, draft)
    response: Any = client.get(address)
    assert b"".join(response.streaming_content) == b"Facts and figures"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/octet-stream"
    other = submitted(contributor())
    assert client.get(reverse("contribution_desk:file", args=[other.pk, held.pk])).status_code == 404


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "</title>{{7*7}}'\""])
def test_what_people_typed_is_text_wherever_the_desk_shows_it(client: Client, editor: User, nasty: str) -> None:
    owner = contributor(first_name=nasty[:150], last_name=nasty[:150], organisation=nasty)
    contribution = submitted(owner, title=nasty, programmes=nasty, partners=nasty, area=nasty)
    following = submitted(contributor(), title=nasty)
    signed_in(client, editor)
    notes = reverse("contribution_desk:notes", args=[contribution.pk])
    client.post(notes, filled(contribution, "note", note=nasty, reason=nasty, **{"note-replicable": nasty}))
    pages = [
        client.get("/admin/"),
        client.get(reverse("contribution_desk:open")),
        client.get(reverse(REVIEW, args=[contribution.pk])),
        press(client, contribution, "approve", reason=nasty, **{"verdict-replicable": nasty, "note-replicable": nasty}),
    ]
    decided = press(client, contribution, "changes", reason=nasty)
    pages += [client.get(decided.url), client.get(reverse(REVIEW, args=[following.pk]))]
    for number, page in enumerate(pages):
        text = page.content.decode()
        assert nasty not in text, number
        assert escape(nasty) in text, number


def test_the_page_of_a_contribution_takes_no_more_queries_the_longer_its_history(
    client: Client, editor: User, django_assert_max_num_queries: Any
) -> None:
    contribution = submitted()
    key = open_review(contribution).pk
    signed_in(client, editor)
    reviewing.add_note(user=editor, key=contribution.pk, text="First")
    shown(client, contribution)
    with django_assert_max_num_queries(150) as short:
        shown(client, contribution)
    for _number in range(6):
        other = person(Role.EDITOR)
        reviewing.claim(user=other, key=key, take_over=True)
        reviewing.release(user=other, key=key)
        reviewing.add_note(user=other, key=contribution.pk, text="Another")
    with django_assert_max_num_queries(len(short.captured_queries)):
        assert "Another" in shown(client, contribution)
