"""The review desk in the editorial office: what waits, the version beside its checklist, decisions and refusals."""

import json
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from content.services import publish
from contributions.models import Contribution, Event, InternalNote, Review, State
from contributions.services import drafts, reviewing, submitting
from contributions.services.reviewing import Answer
from contributions.stages import Stage
from contributions.workflow import ensure_workflow
from goodpractices.models import GoodPractice
from tests.contributions.builders import all_met, contributor, kind, open_review, revision_of, submitted
from tests.factories import CountryFactory, person, practice

pytestmark = pytest.mark.django_db

INDEX = "contribution_desk:index"
REVIEW = "contribution_desk:review"


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()


@pytest.fixture
def editor() -> User:
    return person(Role.EDITOR)


def fresh(contribution: Contribution) -> Contribution:
    return Contribution.objects.get(pk=contribution.pk)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def shown(client: Client, contribution: Contribution) -> str:
    response = client.get(reverse(REVIEW, args=[contribution.pk]))
    assert response.status_code == 200
    return response.content.decode()


def filled(contribution: Contribution, action: str, **values: Any) -> dict[str, Any]:
    """A form as a browser sends it: every criterion met, and the version that was shown."""
    review = open_review(contribution)
    sent: dict[str, Any] = {"action": action, "review": review.pk, "revision": revision_of(contribution)}
    for code, answer in all_met(review).items():
        sent |= {f"verdict-{code}": answer.verdict, f"note-{code}": answer.note}
    return sent | {"reason": "", "note": ""} | values


def press(client: Client, contribution: Contribution, action: str, **values: Any) -> Any:
    return client.post(reverse(REVIEW, args=[contribution.pk]), filled(contribution, action, **values))


def notices(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_the_text_stands_beside_its_checklist(client: Client, editor: User) -> None:
    contribution = submitted()
    page = shown(signed_in(client, editor), contribution)
    review = open_review(contribution)
    assert "Neighbours e. V." in page
    assert f'name="revision" value="{revision_of(contribution)}"' in page
    for text in kind().criteria(Stage(review.stage)):
        assert f'id="criterion-{text.code}"' in page
        assert f'name="verdict-{text.code}"' in page
    assert "Decline" in page
    assert "(personal)" in page
    assert "<style" not in page.split('class="review-desk"')[1]
    assert "style=" not in page.split('class="review-desk"')[1].split("</main>")[0]


def test_approval_publishes_and_offers_the_next(client: Client, editor: User) -> None:
    contribution, following = submitted(), submitted(contributor(), title="The next one")
    response = press(signed_in(client, editor), contribution, "approve")
    assert response.status_code == 302
    assert fresh(contribution).state == State.PUBLISHED
    assert "Published. The contributor is thanked" in notices(response)
    assert "Next in my queue: The next one" in notices(response)
    assert reverse(REVIEW, args=[following.pk]) in notices(response)
    assert "It was published on" in shown(client, contribution)


def test_a_coordinators_approval_goes_to_the_editors(client: Client) -> None:
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE")
    contribution = submitted()
    response = press(signed_in(client, coordinator), contribution, "approve")
    assert "goes to the editors" in notices(response)
    assert fresh(contribution).stage == Stage.DECISION
    page = shown(client, contribution)
    assert "the editors decide now" in page
    assert 'value="approve"' not in page
    assert "Earlier answers" in page


def test_what_stands_against_approval_is_named_and_nothing_typed_is_lost(client: Client, editor: User) -> None:
    contribution = submitted()
    response = press(
        signed_in(client, editor),
        contribution,
        "approve",
        reason="A word to the contributor",
        note="A word among us",
        **{"verdict-clear-actions": "not-met", "note-clear-actions": "Who runs it?", "verdict-replicable": ""},
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert 'role="alert"' in page
    assert '<a href="#criterion-clear-actions">' in page
    assert 'aria-describedby="criterion-clear-actions-problem"' in page
    assert '<a href="#criterion-replicable">' in page
    for text in ("A word to the contributor", "A word among us", "Who runs it?"):
        assert text in page
    assert fresh(contribution).state == State.IN_REVIEW


def test_changes_are_asked_for_with_reasons_only(client: Client, editor: User) -> None:
    contribution = submitted()
    signed_in(client, editor)
    refused = press(client, contribution, "changes")
    assert '<a href="#id_reason">' in refused.content.decode()
    done = press(client, contribution, "changes", reason="Please say who runs it.")
    assert "told what to change" in notices(done)
    assert fresh(contribution).state == State.CHANGES_REQUESTED
    page = shown(client, contribution)
    assert "waits for its contributor" in page
    assert "Please say who runs it." in page


def test_declining_asks_first_and_can_be_reopened(client: Client, editor: User) -> None:
    contribution = submitted()
    signed_in(client, editor)
    asked = press(client, contribution, "decline", reason="Not about integration.")
    assert "Tick “Yes, decline it”" in asked.content.decode()
    assert "Not about integration." in asked.content.decode()
    press(client, contribution, "decline", reason="Not about integration.", confirmed="on")
    assert fresh(contribution).state == State.DECLINED
    address = reverse(REVIEW, args=[contribution.pk])
    assert 'value="reopen"' in shown(client, contribution)
    assert "Say why" in client.post(address, {"action": "reopen", "reason": " "}).content.decode()
    done = client.post(address, {"action": "reopen", "reason": "We misread it."})
    assert "in review again" in notices(done)
    assert fresh(contribution).state == State.IN_REVIEW


def test_another_look_that_was_asked_for_has_a_list_of_its_own(client: Client, editor: User) -> None:
    contribution = submitted()
    signed_in(client, editor)
    press(client, contribution, "decline", reason="Not about integration.", confirmed="on")
    address = reverse(REVIEW, args=[contribution.pk])
    assert address not in client.get(reverse("contribution_desk:appealed")).content.decode()
    owner = contribution.contributor
    assert owner is not None
    submitting.appeal(user=owner, key=contribution.pk, text="It is: read the second page.")
    assert address in client.get(reverse("contribution_desk:appealed")).content.decode()
    assert "It is: read the second page." in shown(client, contribution)
    client.post(address, {"action": "reopen", "reason": "We misread it."})
    assert address not in client.get(reverse("contribution_desk:appealed")).content.decode()


def test_the_second_click_decides_nothing_more(client: Client) -> None:
    coordinator, editor = person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.EDITOR)
    contribution = submitted()
    sent = filled(contribution, "approve")
    reviewing.claim(user=editor, key=open_review(contribution).pk)
    reviewing.claim(user=coordinator, key=open_review(contribution).pk, take_over=True)
    signed_in(client, coordinator).post(reverse(REVIEW, args=[contribution.pk]), sent)
    signed_in(client, editor)
    second = client.post(reverse(REVIEW, args=[contribution.pk]), sent | {"reason": "Well done"})
    page = second.content.decode()
    assert "has been decided already" in page
    assert fresh(contribution).stage == Stage.DECISION
    # The next stage is open to the editor: what was typed stands in its form.
    assert "Well done" in page


def test_a_text_that_changed_meanwhile_is_not_decided_blindly(client: Client, editor: User) -> None:
    contribution = submitted()
    sent = filled(contribution, "approve", reason="Fine")
    item = contribution.item.get_latest_revision_as_object()
    item.title = "Another title"
    item.save_revision(user=editor)
    page = signed_in(client, editor).post(reverse(REVIEW, args=[contribution.pk]), sent).content.decode()
    assert "text has changed since you opened" in page
    assert "Fine" in page
    assert fresh(contribution).state == State.IN_REVIEW


def test_an_item_that_may_not_be_published_is_refused_with_its_fields(client: Client, editor: User) -> None:
    contribution = submitted()
    item = contribution.item.get_latest_revision_as_object()
    item.summary = "Too short."
    item.save_revision(user=editor)
    page = press(signed_in(client, editor), contribution, "approve").content.decode()
    assert "The text: Summary: 2 words, at least 75." in page
    assert fresh(contribution).state == State.IN_REVIEW


def test_taking_up_giving_back_and_taking_over(client: Client, editor: User) -> None:
    other = person(Role.EDITOR, first_name="Grace", last_name="Other")
    contribution = submitted()
    signed_in(client, editor)
    press(client, contribution, "claim", reason="Half a thought")
    assert open_review(contribution).claimed_by == editor
    # What was typed stays, whatever button was pressed.
    assert "Half a thought" in shown(client, contribution)
    press(client, contribution, "release")
    assert open_review(contribution).claimed_by is None
    reviewing.claim(user=other, key=open_review(contribution).pk)
    page = shown(client, contribution)
    assert "Grace Other took this up" in page
    assert 'value="approve"' not in page
    assert "Take it over first" in press(client, contribution, "approve").content.decode()
    press(client, contribution, "take-over")
    assert open_review(contribution).claimed_by == editor


def test_a_stage_is_given_only_to_those_who_may_do_it(client: Client) -> None:
    ours, theirs = person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.COUNTRY_COORDINATOR, "FR")
    second, writer = person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.EDITOR)
    contribution = submitted(writer)
    page = shown(signed_in(client, ours), contribution)
    assert f'<option value="{second.pk}">' in page
    assert f'<option value="{theirs.pk}">' not in page
    assert f'<option value="{writer.pk}">' not in page
    refused = press(client, contribution, "reassign", to=theirs.pk)
    assert refused.status_code == 200
    assert open_review(contribution).claimed_by is None
    assert "Choose whom to give it to" in press(client, contribution, "reassign", to="").content.decode()
    press(client, contribution, "reassign", to=second.pk)
    assert open_review(contribution).claimed_by == second


def test_answers_are_kept_without_a_decision(client: Client, editor: User) -> None:
    contribution = submitted()
    response = press(signed_in(client, editor), contribution, "save", **{"note-replicable": "Elsewhere too"})
    assert "Nothing has been decided yet" in notices(response)
    assert open_review(contribution).answers.get(code="replicable").note == "Elsewhere too"
    assert "Elsewhere too" in shown(client, contribution)


def test_notes_stay_among_reviewers(client: Client, editor: User) -> None:
    writer = person(Role.EDITOR)
    contribution = submitted(writer)
    signed_in(client, editor)
    address = reverse("contribution_desk:notes", args=[contribution.pk])
    client.post(address, filled(contribution, "note", note="Ask the colleagues", reason="Dear colleague"))
    note = InternalNote.objects.get()
    assert (note.text, note.author) == ("Ask the colleagues", editor)
    page = shown(client, contribution)
    assert "Ask the colleagues" in page
    assert "Dear colleague" in page
    assert "Write the note first" in client.post(address, filled(contribution, "note")).content.decode()
    assert client.get(address).status_code == 405
    reviewing.decline(
        user=editor, key=open_review(contribution).pk, answers={}, revision_id=revision_of(contribution), reason="No."
    )
    client.post(address, {"action": "note", "note": "One more"})
    assert InternalNote.objects.count() == 2
    # The contributor is a reviewer too, and still does not see them.
    page = shown(signed_in(client, writer), contribution)
    assert "Ask the colleagues" not in page
    assert "Nobody decides on their own" in page


def test_nobody_decides_on_their_own(client: Client, editor: User) -> None:
    contribution = submitted(editor)
    page = shown(signed_in(client, editor), contribution)
    assert "This is your own contribution. Nobody decides on their own" in page
    assert 'value="approve"' not in page
    for action in ("approve", "changes", "decline", "claim", "save", "reassign", "release", "take-over", "note"):
        response = press(client, contribution, action, reason="Yes", note="Yes", confirmed="on", to=editor.pk)
        assert response.status_code == 200
        assert "not yours to decide" in response.content.decode()
    assert fresh(contribution).state == State.IN_REVIEW
    assert InternalNote.objects.count() == 0
    assert contribution.events.filter(kind=Event.Kind.APPROVED).count() == 0


def test_a_form_sent_for_another_contribution_is_refused(client: Client, editor: User) -> None:
    first, second = submitted(), submitted(contributor())
    sent = filled(second, "approve")
    page = signed_in(client, editor).post(reverse(REVIEW, args=[first.pk]), sent).content.decode()
    assert "not yours to decide" in page
    assert {fresh(first).state, fresh(second).state} == {State.IN_REVIEW}


def test_nonsense_is_refused_without_an_error(client: Client, editor: User) -> None:
    contribution = submitted()
    signed_in(client, editor)
    address = reverse(REVIEW, args=[contribution.pk])
    assert client.post(address, {"action": "explode"}).status_code == 400
    assert client.post(address, {"action": "approve"}).status_code == 200
    assert client.post(address, {"action": "approve", "review": "9" * 30, "revision": "x"}).status_code == 200
    assert press(client, contribution, "changes", reason="x" * 6000).status_code == 200
    assert press(client, contribution, "approve", **{"verdict-replicable": "perhaps"}).status_code == 200
    assert client.get(f"/admin/contributions/{'9' * 30}/").status_code == 404
    assert fresh(contribution).state == State.IN_REVIEW


def resubmitted(editor: User, **changes: Any) -> Contribution:
    contribution = submitted()
    reviewing.ask_for_changes(
        user=editor,
        key=open_review(contribution).pk,
        answers={"clear-actions": Answer("not-met", "Who runs it?")},
        revision_id=revision_of(contribution),
        reason="Please say who runs it.",
    )
    contribution = fresh(contribution)
    owner = contribution.contributor
    assert owner is not None
    drafts.save(user=owner, key=contribution.pk, raw=changes, version=contribution.version)
    submitting.submit(user=owner, key=contribution.pk, version=fresh(contribution).version, consent=True)
    return fresh(contribution)


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


def test_the_office_says_how_much_waits(client: Client, editor: User) -> None:
    contribution = submitted()
    page = signed_in(client, editor).get("/admin/").content.decode()
    assert "Contributions (1)" in page
    assert "Contributions to review" in page
    assert reverse(REVIEW, args=[contribution.pk]) in page


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


# --- Wagtail's own pages of an item in review ---------------------------------------------------------------------
SPACE = "wagtailsnippets_goodpractices_goodpractice"


def edited(client: Client, item: Any, action: str, **values: Any) -> Any:
    """Press a button in the editor of an item, with what the editor shows."""
    address = reverse(f"{SPACE}:edit", args=[item.pk])
    form = client.get(address).context["form"]
    return client.post(address, {**form_data(form), action: "1", **values})


def test_the_editor_of_an_item_in_review_leads_to_the_desk(client: Client, editor: User) -> None:
    contribution = submitted()
    page = signed_in(client, editor).get(reverse(f"{SPACE}:edit", args=[contribution.item_id])).content.decode()
    assert reverse(REVIEW, args=[contribution.pk]) in page
    assert "Open at the review desk" in page
    assert 'name="action-cancel-workflow"' not in page
    other = practice("DE")
    assert "review desk" not in client.get(reverse(f"{SPACE}:edit", args=[other.pk])).content.decode()


@pytest.mark.parametrize("action", ["approve", "reject", "cancel"])
def test_wagtails_own_decisions_are_closed(client: Client, editor: User, action: str) -> None:
    contribution = submitted()
    review = open_review(contribution)
    signed_in(client, editor)
    for name in ("workflow_action", "collect_workflow_action_data"):
        address = reverse(f"{SPACE}:{name}", args=[contribution.item_id, action, review.pk])
        assert client.post(address).headers["Location"] == "/admin/"
    assert fresh(contribution).state == State.IN_REVIEW
    assert open_review(contribution) == review


def form_data(form: Any) -> dict[str, Any]:
    """What a browser would send of a form that nobody has touched, with the forms inside it."""
    found: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        value = list(value.all()) if hasattr(value, "all") else value
        if isinstance(value, list | tuple):
            found[bound.html_name] = [getattr(part, "pk", part) for part in value]
        elif value is not False:
            found[bound.html_name] = "" if value is None else str(getattr(value, "pk", value))
    for formset in getattr(form, "formsets", {}).values():
        found |= form_data(formset.management_form)
        for child in formset.forms:
            found |= form_data(child)
    return found


def test_nobody_publishes_their_own_past_the_desk(client: Client, editor: User) -> None:
    contribution = submitted(editor)
    item = contribution.item
    signed_in(client, editor)
    page = edited(client, item, "action-publish").content.decode()
    assert "Nobody decides on their own contribution" in page
    asked = client.get(f"/admin/bulk/goodpractices/goodpractice/publish/?id={item.pk}&next=/admin/").content.decode()
    assert "Nobody decides on their own contribution" in asked
    with pytest.raises(ValidationError, match="Nobody decides"):
        publish(item=item, user=editor)
    submitting.withdraw(user=editor, key=contribution.pk)
    with pytest.raises(ValidationError, match="Nobody decides"):
        publish(item=fresh(contribution).item, user=editor)
    publish(item=fresh(contribution).item, user=person(Role.EDITOR))
    assert GoodPractice.objects.get().live
    # Once it is public, an editor works on it as on everything else.
    publish(item=fresh(contribution).item, user=editor)


def test_another_editor_may_publish_past_the_desk_and_that_closes_the_review(client: Client, editor: User) -> None:
    contribution = submitted()
    response = edited(signed_in(client, editor), contribution.item, "action-publish")
    assert response.status_code == 302
    assert fresh(contribution).state == State.PUBLISHED
    assert not Review.objects.open().exists()


def test_what_a_coordinator_sends_in_from_the_office_is_a_contribution(client: Client) -> None:
    coordinator, second = person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.COUNTRY_COORDINATOR, "DE")
    row = practice("DE")
    response = edited(signed_in(client, coordinator), row, "action-submit", title="Mended")
    assert response.status_code == 302
    contribution = Contribution.objects.get()
    assert (contribution.contributor, contribution.is_correction, contribution.state) == (
        coordinator,
        True,
        "in-review",
    )
    assert "Nobody decides on their own" in shown(client, contribution)
    assert "Mended" in shown(signed_in(client, second), contribution)
    # Sent in twice, it is under review once.
    edited(signed_in(client, coordinator), row, "action-submit")
    assert Contribution.objects.count() == 1
    assert Review.objects.open().count() == 1


def test_only_who_sent_it_in_can_cancel_the_review_in_the_editor(client: Client, editor: User) -> None:
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE")
    contribution = submitted()
    for user in (editor, coordinator):
        edited(signed_in(client, user), contribution.item, "action-cancel-workflow")
        assert fresh(contribution).state == State.IN_REVIEW
    row = practice("DE", draft=True)
    edited(signed_in(client, coordinator), row, "action-submit")
    own = Contribution.objects.about(row).get()
    edited(client, row, "action-cancel-workflow")
    assert fresh(own).state == State.WITHDRAWN


def test_changes_made_in_the_office_are_sent_in_again_as_the_same_contribution(client: Client, editor: User) -> None:
    contribution = submitted()
    press(signed_in(client, editor), contribution, "changes", reason="We mend it ourselves.")
    edited(client, contribution.item, "action-submit", title="Mended in the office")
    assert Contribution.objects.count() == 1
    assert fresh(contribution).state == State.IN_REVIEW
    assert "Mended in the office" in shown(client, contribution)
    assert contribution.events.filter(kind=Event.Kind.RESUBMITTED, actor=editor).exists()
