"""The review desk: decisions with reasons, refusals that lose nothing, nobody on their own."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from contributions.models import Event, InternalNote, State
from contributions.services import reviewing, submitting
from contributions.stages import Stage
from contributions.workflow import ensure_workflow
from tests.contributions.builders import contributor, kind, open_review, revision_of, submitted
from tests.contributions.desk_pages import REVIEW, filled, fresh, notices, press, shown, signed_in
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()


@pytest.fixture
def editor() -> User:
    return person(Role.EDITOR)


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
