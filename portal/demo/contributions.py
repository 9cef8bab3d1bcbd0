"""Contributions in every state, made by the services, so that every page of the portal has something to show."""

import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import User
from contributions.models import Contribution, Event, Review
from contributions.registry import get_type
from contributions.services import drafts, reviewing, submitting
from contributions.services.reviewing import Answer
from contributions.stages import Stage
from contributions.workflow import ensure_workflow
from goodpractices.models import GoodPractice
from portal.demo.practices import read

Row = dict[str, Any]
#: Who reviews in the demo.
EDITOR: Final = "editor@portal.example"
COORDINATORS: Final = (
    "coordinator-pl@portal.example",
    "coordinator-de@portal.example",
    "coordinator-fr@portal.example",
)


def load_contributions() -> int:
    """Make the demo contributions; returns how many, 0 where there are no demo accounts."""
    if not settings.DEBUG:
        return 0
    ensure_workflow()
    rows: list[Row] = read("contributions")
    by_key = {row["key"]: row for row in rows}
    for age, row in enumerate(rows):
        data = {**by_key.get(row.get("copy_of", ""), {}).get("data", {}), **row["data"]}
        contribution = _written(row, data)
        _carry(contribution, row)
        _set_back(contribution, days=3 + 4 * age)
    return len(rows)


def _written(row: Row, data: Row) -> Contribution:
    kind = get_type("good-practice")
    if kind is None:
        message = "Good practices are not registered for contributions."
        raise LookupError(message)
    user = User.objects.get(email=f"{row['contributor']}@portal.example")
    begun = drafts.start(user=user, kind=kind, token=f"demo-{row['key']}")
    return drafts.save(user=user, key=begun.pk, raw=data, version=begun.version)


def _carry(contribution: Contribution, row: Row) -> None:
    """Bring the contribution to the state that ``row`` names, the way people would."""
    state = row["state"]
    user = contribution.contributor
    if state == "draft" or user is None:
        return
    submitting.submit(user=user, key=contribution.pk, version=contribution.version, consent=True)
    _mark_as_sample(contribution)
    if state == "withdrawn":
        submitting.withdraw(user=user, key=contribution.pk)
        return
    if state == "in-review-facts":
        return
    if state == "changes-requested":
        _decide(contribution, row)
        return
    if _open(contribution).stage == Stage.FACTS:
        _pass(contribution)
    if state == "in-review-decision":
        return
    if state == "declined":
        _decide(contribution, row)
        submitting.appeal(user=user, key=contribution.pk, text=row["appeal"])
    else:
        _pass(contribution)


def _mark_as_sample(contribution: Contribution) -> None:
    """Have the item marked as what it is, also in the version that will be published."""
    item = GoodPractice.objects.get(pk=Contribution.objects.values_list("item_id", flat=True).get(pk=contribution.pk))
    GoodPractice.objects.filter(pk=item.pk).update(is_sample=True)
    item.latest_revision.content["is_sample"] = True
    item.latest_revision.save(update_fields=["content"])


def _open(contribution: Contribution) -> Review:
    review: Review = Review.objects.open().get(contribution=contribution)
    return review


def _reviewer(review: Review) -> User:
    if review.stage == Stage.DECISION:
        return User.objects.get(email=EDITOR)
    codes = set(review.reviewed_item().country_codes())
    people = User.objects.filter(email__in=COORDINATORS, countries__code__in=codes)
    return people.distinct().get()


def _answers(review: Review) -> dict[str, Answer]:
    return {text.code: Answer("met") for text in review.contribution.kind.criteria(Stage(review.stage))}


def _pass(contribution: Contribution) -> None:
    review = _open(contribution)
    user = _reviewer(review)
    reviewing.claim(user=user, key=review.pk)
    reviewing.approve(user=user, key=review.pk, answers=_answers(review), revision_id=_revision(contribution))


def _decide(contribution: Contribution, row: Row) -> None:
    review = _open(contribution)
    user = _reviewer(review)
    answers = _answers(review)
    first = next(iter(answers))
    answers[first] = Answer("not-met", row["note"])
    reviewing.claim(user=user, key=review.pk)
    verb = reviewing.decline if row["state"] == "declined" else reviewing.ask_for_changes
    verb(user=user, key=review.pk, answers=answers, revision_id=_revision(contribution), reason=row["reason"])


def _revision(contribution: Contribution) -> int:
    item = Contribution.objects.get(pk=contribution.pk).item
    return int(item.latest_revision_id) if item is not None else 0


def _set_back(contribution: Contribution, *, days: int) -> None:
    """Date everything some days back, a few hours apart, as it would have happened."""
    start = timezone.now() - dt.timedelta(days=days)
    moments: dict[str, dt.datetime] = {}
    for number, event in enumerate(contribution.events.order_by("pk")):
        moments[event.kind] = start + dt.timedelta(hours=7 * number)
        Event.objects.filter(pk=event.pk).update(at=moments[event.kind])
    fresh = Contribution.objects.filter(pk=contribution.pk)
    fresh.update(saved_at=start, created_at=start)
    if "submitted" in moments:
        fresh.update(submitted_at=moments["submitted"])
    decided = moments.get("published") or moments.get("declined")
    if decided:
        fresh.update(decided_at=decided)
    reviews = Review.objects.filter(contribution=contribution)
    reviews.update(started_at=start + dt.timedelta(hours=7), due_at=models.F("due_at") - dt.timedelta(days=days))
