"""A contribution from the first word to publication, and what can get in its way."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.permissions import Role
from content import services as content_services
from contributions.errors import ConflictError, NotReadyError, RefusedError
from contributions.models import Contribution, Event, Review, State
from contributions.services import drafts, reviewing, submitting
from contributions.services.reviewing import Answer
from contributions.stages import Stage
from contributions.workflow import ensure_workflow
from core.models import AuditEntry
from goodpractices.models import GoodPractice
from tests.contributions.builders import (
    all_met,
    complete,
    contributor,
    kind,
    open_review,
    revision_of,
    submitted,
    written,
)
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()


def kinds_of(contribution: Contribution) -> list[str]:
    return list(contribution.events.values_list("kind", flat=True))


def approve(user: Any, contribution: Contribution) -> Review:
    review = open_review(contribution)
    return reviewing.approve(user=user, key=review.pk, answers=all_met(review), revision_id=revision_of(contribution))


def test_from_the_first_word_to_publication_through_both_stages() -> None:
    coordinator, editor = person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.EDITOR)
    contribution = submitted()
    assert contribution.stage == Stage.FACTS
    item = contribution.item
    assert isinstance(item, GoodPractice)
    assert not item.live
    assert item.start_precision == "year"
    assert [link.url for link in item.links.all()] == ["https://example.org"]

    review = open_review(contribution)
    reviewing.claim(user=coordinator, key=review.pk)
    reviewing.ask_for_changes(
        user=coordinator,
        key=review.pk,
        answers={"clear-actions": Answer("not-met", "Who runs the café?")},
        revision_id=revision_of(contribution),
        reason="Please say who runs it.",
    )
    contribution.refresh_from_db()
    assert contribution.state == State.CHANGES_REQUESTED

    owner = contribution.contributor
    assert owner is not None
    drafts.save(user=owner, key=contribution.pk, raw={"title": "Run by neighbours"}, version=contribution.version)
    contribution.refresh_from_db()
    submitting.submit(user=owner, key=contribution.pk, version=contribution.version, consent=True)
    contribution.refresh_from_db()
    assert (contribution.state, contribution.stage) == (State.IN_REVIEW, Stage.FACTS)
    assert open_review(contribution).claimed_by == coordinator

    approve(coordinator, contribution)
    contribution.refresh_from_db()
    assert contribution.stage == Stage.DECISION
    approve(editor, contribution)
    contribution.refresh_from_db()
    item.refresh_from_db()
    assert contribution.state == State.PUBLISHED
    assert item.live
    assert item.title == "Run by neighbours"
    assert item.assessments.filter(verdict="met").count() == 2
    assert item.review_on is not None
    assert kinds_of(contribution) == [
        "started", "submitted", "stage-started", "taken-up", "changes-requested", "resubmitted", "stage-started",
        "approved", "stage-started", "approved", "published",
    ]  # fmt: skip
    assert AuditEntry.objects.filter(model="contributions.contribution", object_key=str(contribution.pk)).count() == 11


def test_without_a_coordinator_the_first_stage_is_left_out_and_said_so() -> None:
    contribution = submitted(country="PL")
    assert contribution.stage == Stage.DECISION
    assert "stage-skipped" in kinds_of(contribution)


def test_something_for_the_whole_union_goes_to_the_editors_at_once() -> None:
    person(Role.COUNTRY_COORDINATOR, "DE")
    contribution = submitted(scope="eu", countries=[])
    assert contribution.stage == Stage.DECISION


def test_a_coordinator_does_not_check_their_own_contribution() -> None:
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE")
    contribution = submitted(coordinator)
    assert contribution.stage == Stage.DECISION


def test_nobody_decides_on_their_own_contribution() -> None:
    editor = person(Role.EDITOR)
    contribution = submitted(editor)
    review = open_review(contribution)
    for verb in (reviewing.approve, reviewing.claim):
        extra: dict[str, Any] = (
            {"answers": all_met(review), "revision_id": revision_of(contribution)} if verb is reviewing.approve else {}
        )
        with pytest.raises(PermissionDenied):
            verb(user=editor, key=review.pk, **extra)
    assert list(Review.objects.queue_of(editor)) == []


def test_a_coordinator_reaches_only_their_countries() -> None:
    ours, theirs = person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.COUNTRY_COORDINATOR, "FR")
    contribution = submitted()
    review = open_review(contribution)
    assert list(Review.objects.queue_of(ours)) == [review]
    assert list(Review.objects.queue_of(theirs)) == []
    with pytest.raises(Review.DoesNotExist):
        reviewing.claim(user=theirs, key=review.pk)
    assert not Contribution.objects.reviewable_by(theirs).exists()
    assert Contribution.objects.reviewable_by(ours).get() == contribution


def test_a_coordinator_cannot_make_the_editors_decision() -> None:
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE")
    contribution = submitted()
    approve(coordinator, contribution)
    review = open_review(contribution)
    assert review.stage == Stage.DECISION
    with pytest.raises(Review.DoesNotExist):
        reviewing.approve(
            user=coordinator, key=review.pk, answers=all_met(review), revision_id=revision_of(contribution)
        )


def test_the_second_of_two_reviewers_is_told() -> None:
    first, second = person(Role.EDITOR), person(Role.EDITOR)
    contribution = submitted()
    review = open_review(contribution)
    reviewing.claim(user=first, key=review.pk)
    with pytest.raises(ConflictError, match="taken this up"):
        reviewing.claim(user=second, key=review.pk)
    with pytest.raises(ConflictError, match="taken this up"):
        approve(second, contribution)
    reviewing.claim(user=second, key=review.pk, take_over=True)
    key, answers, revision = review.pk, all_met(review), revision_of(contribution)
    reviewing.approve(user=second, key=key, answers=answers, revision_id=revision)
    with pytest.raises(ConflictError, match="decided already"):
        reviewing.approve(user=first, key=key, answers=answers, revision_id=revision)
    assert kinds_of(contribution).count("published") == 1


def test_what_changed_under_the_reviewers_eyes_is_not_decided_blindly() -> None:
    editor = person(Role.EDITOR)
    contribution = submitted()
    review, seen = open_review(contribution), revision_of(contribution)
    item = contribution.item.get_latest_revision_as_object()
    item.title = "Another title"
    item.save_revision(user=editor)
    with pytest.raises(ConflictError, match="text has changed"):
        reviewing.approve(user=editor, key=review.pk, answers=all_met(review), revision_id=seen)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({}, "not answered yet"),
        ({"clear-actions": Answer("not-met", "no"), "replicable": Answer("met")}, "is not met"),
        ({"clear-actions": Answer("met"), "replicable": Answer("not-met")}, "say why in the note"),
    ],
)
def test_criteria_stand_against_approval(answers: dict[str, Answer], message: str) -> None:
    editor = person(Role.EDITOR)
    contribution = submitted()
    review = open_review(contribution)
    with pytest.raises(RefusedError, match=message):
        reviewing.approve(user=editor, key=review.pk, answers=answers, revision_id=revision_of(contribution))
    contribution.refresh_from_db()
    assert contribution.state == State.IN_REVIEW


def test_reasons_are_demanded() -> None:
    editor = person(Role.EDITOR)
    contribution = submitted()
    review = open_review(contribution)
    for verb in (reviewing.ask_for_changes, reviewing.decline):
        with pytest.raises(RefusedError, match="Say why"):
            verb(user=editor, key=review.pk, answers={}, revision_id=revision_of(contribution), reason="  ")


def test_declined_and_reopened() -> None:
    editor = person(Role.EDITOR)
    contribution = submitted()
    review = open_review(contribution)
    reviewing.decline(
        user=editor, key=review.pk, answers={}, revision_id=revision_of(contribution), reason="Not about integration."
    )
    contribution.refresh_from_db()
    assert contribution.state == State.DECLINED
    assert contribution.item.current_workflow_state is None
    reviewing.reopen(user=editor, key=contribution.pk, reason="We misread it.")
    contribution.refresh_from_db()
    assert (contribution.state, contribution.stage) == (State.IN_REVIEW, Stage.DECISION)
    approve(editor, contribution)
    contribution.refresh_from_db()
    assert contribution.state == State.PUBLISHED


def test_withdrawn_and_submitted_again() -> None:
    contribution = submitted()
    owner = contribution.contributor
    assert owner is not None
    submitting.withdraw(user=owner, key=contribution.pk)
    submitting.withdraw(user=owner, key=contribution.pk)
    contribution.refresh_from_db()
    assert contribution.state == State.WITHDRAWN
    assert not Review.objects.open().exists()
    submitting.submit(user=owner, key=contribution.pk, version=contribution.version, consent=True)
    contribution.refresh_from_db()
    assert contribution.state == State.IN_REVIEW
    assert kinds_of(contribution).count("withdrawn") == 1


def published_one(editor: Any) -> Contribution:
    contribution = submitted()
    approve(editor, contribution)
    contribution.refresh_from_db()
    return contribution


def test_a_correction_leaves_the_public_text_until_it_is_approved() -> None:
    editor = person(Role.EDITOR)
    first = published_one(editor)
    owner = first.contributor
    assert owner is not None
    correction = drafts.start_correction(user=owner, kind=kind(), item=first.item)
    assert drafts.start_correction(user=owner, kind=kind(), item=first.item) == correction
    assert correction.data["title"] == "A café where neighbours meet"
    saved = drafts.save(user=owner, key=correction.pk, raw={"title": "Corrected"}, version=correction.version)
    submitting.submit(user=owner, key=correction.pk, version=saved.version, consent=True)
    public = GoodPractice.objects.get()
    assert (public.title, public.live, public.has_unpublished_changes) == ("A café where neighbours meet", True, True)
    approve(editor, correction)
    assert GoodPractice.objects.get().title == "Corrected"


@pytest.mark.parametrize("end", ["decline", "withdraw"])
def test_a_correction_that_comes_to_nothing_leaves_nothing_behind(end: str) -> None:
    editor = person(Role.EDITOR)
    first = published_one(editor)
    owner = first.contributor
    assert owner is not None
    correction = drafts.start_correction(user=owner, kind=kind(), item=first.item)
    saved = drafts.save(user=owner, key=correction.pk, raw={"title": "Worse"}, version=correction.version)
    submitting.submit(user=owner, key=correction.pk, version=saved.version, consent=True)
    if end == "decline":
        review = open_review(correction)
        reviewing.decline(
            user=editor, key=review.pk, answers={}, revision_id=revision_of(correction), reason="It was right."
        )
    else:
        submitting.withdraw(user=owner, key=correction.pk)
    public = GoodPractice.objects.get()
    assert not public.has_unpublished_changes
    assert public.get_latest_revision_as_object().title == "A café where neighbours meet"
    correction.refresh_from_db()
    assert correction.data["title"] == "Worse"


def test_published_past_the_desk_is_told_all_the_same() -> None:
    editor = person(Role.EDITOR)
    contribution = submitted()
    content_services.publish(item=contribution.item, user=editor)
    contribution.refresh_from_db()
    assert contribution.state == State.PUBLISHED
    assert kinds_of(contribution)[-1] == Event.Kind.PUBLISHED
    assert not Review.objects.open().exists()


def test_a_double_click_begins_one_draft_and_submits_once() -> None:
    user = contributor()
    first = drafts.start(user=user, kind=kind(), token="one")
    assert drafts.start(user=user, kind=kind(), token="one") == first
    saved = drafts.save(user=user, key=first.pk, raw=complete(), version=0)
    for _click in range(2):
        submitting.submit(user=user, key=first.pk, version=saved.version, consent=True)
    assert GoodPractice.objects.count() == 1
    assert kinds_of(first).count("submitted") == 1


def test_another_window_is_not_overwritten() -> None:
    draft = written()
    owner = draft.contributor
    assert owner is not None
    drafts.save(user=owner, key=draft.pk, raw={"area": "Berlin"}, version=draft.version)
    with pytest.raises(ConflictError, match="another window"):
        drafts.save(user=owner, key=draft.pk, raw={"area": "Bonn"}, version=draft.version)
    # The same text again is no conflict: a double click of "save" finds it saved.
    drafts.save(user=owner, key=draft.pk, raw={"area": "Berlin"}, version=draft.version)
    draft.refresh_from_db()
    assert draft.data["area"] == "Berlin"
    with pytest.raises(RefusedError, match="another window"):
        submitting.submit(user=owner, key=draft.pk, version=draft.version - 1, consent=True)


def test_whatever_is_missing_is_named_with_its_step() -> None:
    draft = written(title=" ".join(["long"] * 16), summary="too short", start_date="soon", topics=[])
    owner = draft.contributor
    assert owner is not None
    with pytest.raises(NotReadyError) as caught:
        submitting.submit(user=owner, key=draft.pk, version=draft.version, consent=True)
    found = [(problem.step, problem.field) for problem in caught.value.problems]
    assert found == [("basics", "start_date"), ("basics", "title"), ("place", "topics"), ("story", "summary")]
    assert GoodPractice.objects.count() == 0
    with pytest.raises(RefusedError, match="agree"):
        submitting.submit(user=owner, key=draft.pk, version=draft.version, consent=False)


def test_somebody_elses_draft_does_not_exist() -> None:
    draft, other = written(), contributor()
    for verb in (
        lambda: drafts.save(user=other, key=draft.pk, raw={"title": "x"}, version=draft.version),
        lambda: submitting.submit(user=other, key=draft.pk, version=draft.version, consent=True),
        lambda: drafts.discard(user=other, key=draft.pk),
    ):
        with pytest.raises(Contribution.DoesNotExist), transaction.atomic():
            verb()


def test_only_what_was_never_submitted_is_discarded() -> None:
    draft, sent = written(), submitted()
    assert draft.contributor is not None
    assert sent.contributor is not None
    drafts.discard(user=draft.contributor, key=draft.pk)
    assert not Contribution.objects.filter(pk=draft.pk).exists()
    with pytest.raises(RefusedError):
        drafts.discard(user=sent.contributor, key=sent.pk)
