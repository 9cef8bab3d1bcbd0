"""The pages with which people contribute, as a browser without scripts uses them."""

import datetime as dt
import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Role
from contributions.models import Contribution, State
from contributions.services import drafts
from contributions.workflow import ensure_workflow
from tests.contributions.browsing import address, carried, opened, posted, signed_in
from tests.contributions.builders import complete, contributor, kind, submitted, written
from tests.factories import CriterionFactory, person

pytestmark = pytest.mark.django_db
XSS = "\"><script>alert('x')</script>{{ 7|add:7 }}&lt;b&gt;"


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()


def begun(user: Any = None) -> Contribution:
    return drafts.start(user=user or contributor(), kind=kind(), token="begun")


def owner_of(draft: Contribution) -> Client:
    assert draft.contributor is not None
    return signed_in(draft.contributor)


# --- what can be contributed --------------------------------------------------------------------------------------
def test_visitors_see_without_a_cookie_what_can_be_contributed(client: Client) -> None:
    CriterionFactory(code="clear-actions", kind="eligibility")
    for path in (reverse("contributions:overview"), reverse("contributions:start", args=["good-practice"])):
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert not answer.cookies
        assert "private" not in answer["Cache-Control"]
        assert "clear-actions en" in page
        assert "10 working days per stage" in page
        assert f"?next={path}" in page


def test_the_template_and_its_limits_stand_before_the_beginning(client: Client) -> None:
    page = client.get(reverse("contributions:start", args=["good-practice"])).content.decode()
    for step in kind().steps:
        assert html.escape(str(step.title)) in page
    assert "in words: 75–100" in page


@pytest.mark.parametrize(("decided", "sentence"), [(4, "10 working days per stage"), (5, "within 6 days")])
def test_how_long_it_takes_is_measured_from_enough_decisions(client: Client, decided: int, sentence: str) -> None:
    user, now = contributor(), timezone.now()
    for number in range(decided):
        Contribution.objects.create(
            type="good-practice",
            contributor=user,
            start_token=f"decided-{number}",
            state=State.PUBLISHED,
            submitted_at=now - dt.timedelta(days=4 + number),
            decided_at=now,
        )
    old = now - dt.timedelta(days=500)
    Contribution.objects.create(
        type="good-practice", contributor=user, start_token="old", submitted_at=old, decided_at=old
    )
    assert sentence in client.get(reverse("contributions:overview")).content.decode()


def test_ones_own_drafts_are_found_again_and_nobody_elses() -> None:
    draft = written(title="My own café")
    path = reverse("contributions:overview")
    answer = owner_of(draft).get(path)
    assert "My own café" in answer.content.decode()
    assert "private" in answer["Cache-Control"]
    assert "My own café" not in signed_in(contributor()).get(path).content.decode()


def test_a_double_click_on_begin_begins_one_draft() -> None:
    client = signed_in(contributor())
    path = reverse("contributions:start", args=["good-practice"])
    token = carried(client.get(path).content.decode())
    answers = [client.post(path, token) for _click in range(2)]
    draft = Contribution.objects.get()
    assert {answer["Location"] for answer in answers} == {address(draft, "step", "basics")}


def test_a_token_made_for_somebody_else_begins_nothing() -> None:
    path = reverse("contributions:start", args=["good-practice"])
    token = carried(signed_in(contributor()).get(path).content.decode())
    for forged in (token, {"token": "x"}, {}):
        assert signed_in(contributor()).post(path, forged).status_code == 409
    assert not Contribution.objects.exists()


# --- writing ------------------------------------------------------------------------------------------------------
def test_an_untouched_step_is_not_scolded_and_a_saved_one_says_what_is_missing() -> None:
    draft = begun()
    client = owner_of(draft)
    page = client.get(address(draft, "step", "basics")).content.decode()
    assert 'aria-invalid="true"' not in page
    assert "not begun" in page
    answer = posted(client, draft, "basics", {"title": "A café", "start_date": "soon"}, go="next")
    assert answer["Location"] == f"{address(draft, 'step', 'basics')}#problems"
    page = client.get(address(draft, "step", "basics")).content.decode()
    assert 'value="soon"' in page
    assert '<a href="#id_start_date">Start: Write a year' in page
    assert 'id="id_start_date_error"' in page
    assert 'aria-describedby="id_start_date_help id_start_date_error"' in page
    assert '<a href="#id_language">' in page


@pytest.mark.parametrize(
    ("go", "target"), [("next", "place"), ("skip", "place"), ("stay", "basics"), ("back", ""), ("nonsense", "basics")]
)
def test_every_button_saves_first(go: str, target: str) -> None:
    draft = begun()
    typed = {"title": "A café", "language": "en", "start_date": "2019"}
    answer = posted(owner_of(draft), draft, "basics", typed, go=go)
    wanted = address(draft, "step", target) if target else reverse("contributions:start", args=["good-practice"])
    assert answer["Location"].partition("#")[0] == wanted
    draft.refresh_from_db()
    assert (draft.title, draft.language, draft.version) == ("A café", "en", 1)


def test_one_comes_back_to_the_first_step_that_lacks_something() -> None:
    draft = written(summary="short")
    assert owner_of(draft).get(address(draft))["Location"] == address(draft, "step", "story")
    whole = written()
    assert owner_of(whole).get(address(whole))["Location"] == address(whole, "check")


def test_the_list_of_steps_says_where_one_stands() -> None:
    draft = written(summary="short", organisation="")
    page = owner_of(draft).get(address(draft, "step", "story")).content.decode()
    assert 'aria-current="step">What was done' in page
    assert page.count("steps__step--done") == 4
    assert page.count("steps__step--begun") == 2


def test_words_are_counted_without_a_script() -> None:
    draft = written(summary="one two three")
    assert "3 words · 75–100" in owner_of(draft).get(address(draft, "step", "story")).content.decode()


def test_the_language_is_offered_until_one_is_chosen() -> None:
    draft = begun()
    client = owner_of(draft)
    polish = {"title": "Kawiarnia, w której spotykają się sąsiedzi z całego świata"}
    posted(client, draft, "basics", polish)
    page = client.get(address(draft, "step", "place")).content.decode()
    assert "Is that right?" in page
    assert 'name="confirm-language" value="pl"' in page
    posted(client, draft, "place", {"confirm-language": "pl"})
    draft.refresh_from_db()
    assert draft.language == draft.data["language"] == "pl"
    assert "Is that right?" not in client.get(address(draft, "step", "basics")).content.decode()


def test_terms_are_grouped_and_the_chosen_ones_stand_on_top() -> None:
    draft = written()
    page = owner_of(draft).get(address(draft, "step", "place")).content.decode()
    assert '<li class="chip">Job-Matching</li>' in page
    assert '<details class="facet" data-group open>' in page


def test_what_was_typed_is_shown_escaped_wherever_it_stands() -> None:
    fields = ("title", "area", "summary", "programmes", "organisation", "contact_name", "links", "start_date")
    draft = written(**dict.fromkeys(fields, XSS))
    client = owner_of(draft)
    paths = [address(draft, "step", step.code) for step in kind().steps]
    for path in [*paths, *(address(draft, name) for name in ("check", "preview", "discard"))]:
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "{{ 7|add" in html.unescape(page) or "title" not in path
    assert "<script>alert" not in client.get(reverse("contributions:overview")).content.decode()


@pytest.mark.parametrize("step", ["basics", "place", "story", "benefit", "resources", "contact"])
def test_a_step_takes_few_queries(step: str, django_assert_max_num_queries: Any) -> None:
    draft = written()
    client = owner_of(draft)
    client.get(address(draft, "step", step))
    with django_assert_max_num_queries(15):
        assert client.get(address(draft, "step", step)).status_code == 200


# --- two windows --------------------------------------------------------------------------------------------------
def test_two_windows_on_different_fields_lose_nothing() -> None:
    draft = written()
    client = owner_of(draft)
    first, second = opened(client, draft, "resources"), opened(client, draft, "resources")
    here = {name: draft.data[name] for name in kind().step("resources").form.base_fields}  # type: ignore[union-attr]
    path = address(draft, "step", "resources")
    client.post(path, {**first, **here, "organisation": "City of Bonn", "go": "stay"})
    assert client.post(path, {**second, **here, "partners": "A choir", "go": "stay"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.data["organisation"], draft.data["partners"]) == ("City of Bonn", "A choir")


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Bonn <b>"), ("theirs", "Berlin")])
def test_two_windows_on_one_field_are_shown_side_by_side(choice: str, kept: str) -> None:
    draft = written()
    client = owner_of(draft)
    first, second = opened(client, draft, "resources"), opened(client, draft, "resources")
    path = address(draft, "step", "resources")
    client.post(path, {**first, "organisation": "Berlin", "go": "stay"})
    answer = client.post(path, {**second, "organisation": "Bonn <b>", "go": "next"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Bonn &lt;b&gt;"' in page
    assert '<blockquote class="clash__text">Berlin</blockquote>' in page
    draft.refresh_from_db()
    assert draft.data["organisation"] == "Berlin"
    decided = {**carried(page), "organisation": "Bonn <b>", "take-organisation": choice, "go": "stay"}
    assert client.post(path, decided).status_code == 302
    draft.refresh_from_db()
    assert draft.data["organisation"] == kept


def test_the_same_page_sent_twice_is_no_conflict() -> None:
    draft = begun()
    client = owner_of(draft)
    sent = {**opened(client, draft, "resources"), "organisation": "Bonn", "go": "stay"}
    for _click in range(2):
        assert client.post(address(draft, "step", "resources"), sent).status_code == 302


# --- the session ends ---------------------------------------------------------------------------------------------
def test_what_was_typed_after_the_session_ended_can_be_sent_again() -> None:
    draft = begun()
    client = owner_of(draft)
    sent = {**opened(client, draft, "story"), "summary": f"Typed {XSS}", "go": "stay"}
    client.logout()
    answer = client.post(address(draft, "step", "story"), sent)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "<script>alert" not in page
    for value in sent.values():
        assert value in html.unescape(page)
    assert draft.contributor is not None
    client.force_login(draft.contributor)
    assert client.post(address(draft, "step", "story"), sent).status_code == 302
    draft.refresh_from_db()
    assert draft.data["summary"] == f"Typed {XSS}"


def test_a_form_that_the_portal_did_not_make_saves_nothing_and_loses_nothing() -> None:
    draft, other = begun(), contributor()
    client = owner_of(draft)
    foreign = carried(signed_in(other).get(reverse("contributions:start", args=["good-practice"])).content.decode())
    for token in ("", "forged", foreign["token"]):
        typed = {"form_token": token, "organisation": "Kept here"}
        answer = client.post(address(draft, "step", "resources"), typed)
        assert answer.status_code == 409
        assert 'value="Kept here"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.data == {}


def test_nobody_else_reaches_a_draft() -> None:
    draft = written()
    names = [("resume",), ("step", "basics"), ("check",), ("preview",), ("discard",)]
    visitor = Client()
    for user in (contributor(), person(Role.EDITOR), person(Role.COUNTRY_COORDINATOR, "DE")):
        client = signed_in(user)
        for name, *more in names:
            assert client.get(address(draft, name, *more)).status_code == 404
        for name, *more in [*names[1:2], ("submit",), ("discard",), ("files",), ("autosave", "basics")]:
            assert client.post(address(draft, name, *more), {"title": "Mine now"}).status_code == 404
    for name, *more in names:
        answer = visitor.get(address(draft, name, *more))
        assert answer.status_code == 302
        assert "/accounts/" in answer["Location"]
    draft.refresh_from_db()
    assert draft.title == complete()["title"]


def test_what_is_in_review_cannot_be_written_on_and_typed_text_is_still_shown() -> None:
    draft = written()
    client = owner_of(draft)
    carried_along = opened(client, draft, "resources")
    Contribution.objects.filter(pk=draft.pk).update(state=State.IN_REVIEW)
    answer = client.post(address(draft, "step", "resources"), {**carried_along, "organisation": "Late", "go": "next"})
    assert answer.status_code == 409
    assert 'value="Late"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.data["organisation"] == complete()["organisation"]


# --- saved as one types -------------------------------------------------------------------------------------------
def test_the_script_saves_and_is_told_what_is_wrong() -> None:
    draft = begun()
    client = owner_of(draft)
    path = address(draft, "autosave", "basics")
    sent = {**opened(client, draft, "basics"), "title": "A café", "start_date": "soon"}
    told = client.post(path, sent, headers={"accept": "application/json"}).json()
    assert told["saved"].startswith("Saved ")
    assert told["version"] == 1
    assert set(told["problems"]) == {"start_date", "language"}
    again = {**sent, "version": told["version"], "base": told["base"], "title": "A café of neighbours"}
    assert client.post(path, again, headers={"accept": "application/json"}).json()["version"] == 2
    # The former page of another window clashes, and nothing is overwritten.
    late = client.post(path, {**sent, "title": "Another"}, headers={"accept": "application/json"})
    assert late.status_code == 409
    assert "Another window" in late.json()["message"]
    client.logout()
    assert client.post(path, again, headers={"accept": "application/json"}).status_code == 403
    draft.refresh_from_db()
    assert draft.title == "A café of neighbours"


def test_a_book_is_refused_and_not_lost() -> None:
    draft = begun()
    answer = posted(owner_of(draft), draft, "story", {"summary": "word " * 60_000})
    assert answer.status_code == 409
    assert "too long" in answer.content.decode()


def test_submitting_twice_hands_in_once() -> None:
    draft = written()
    client = owner_of(draft)
    sent = {**carried(client.get(address(draft, "check")).content.decode()), "consent": "on"}
    for _click in range(2):
        assert client.post(address(draft, "submit"), sent)["Location"] == draft.get_absolute_url()
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW
    assert draft.events.filter(kind="submitted").count() == 1


def test_pages_of_what_was_submitted_lead_to_where_it_stands() -> None:
    contribution = submitted()
    for name, *more in (("resume",), ("check",), ("step", "basics"), ("preview",)):
        answer = owner_of(contribution).get(address(contribution, name, *more))
        assert answer["Location"] == contribution.get_absolute_url()
