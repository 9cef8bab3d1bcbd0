"""The database refuses in the middle: nothing half-written stays, and the next try goes through."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection, transaction
from wagtail.models import Revision, WorkflowState

from accounts.permissions import Role
from contributions.models import Contribution, CriterionAnswer, Event, Review, State
from contributions.services import reviewing, submitting
from core.mail.models import OutboxMail
from core.models import AuditEntry
from goodpractices.models import GoodPractice
from tests.contributions.builders import all_met, open_review, revision_of, submitted, written
from tests.factories import CriterionFactory, person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: A statement too many for any of these verbs: a loop that never ends would be a failure of the test.
_MOST = 400


@contextmanager
def refusing(number: int) -> Iterator[list[str]]:
    """Have the database refuse the writing statement with that number; yields the statements it got to."""
    seen: list[str] = []

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().split(None, 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            seen.append(sql)
            if len(seen) == number:
                message = "the database is not there"
                raise OperationalError(message)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield seen


def everything() -> dict[str, Any]:
    """How many rows of each kind there are, and where the contributions stand."""
    models = (
        GoodPractice,
        Revision,
        WorkflowState,
        Review,
        CriterionAnswer,
        Event,
        OutboxMail,
        AuditEntry,
        Contribution,
    )
    found: dict[str, Any] = {model._meta.label: model._default_manager.count() for model in models}
    found["states"] = list(Contribution.objects.order_by("pk").values_list("state", "stage", "version"))
    found["live"] = GoodPractice.objects.filter(live=True).count()
    found["people"] = get_user_model()._default_manager.count()
    return found


def refused_at_every_statement(verb: Callable[[], Any]) -> int:
    """Refuse the first, the second, … statement of ``verb`` until it goes through; returns how many there are."""
    before = everything()
    for number in range(1, _MOST):
        try:
            with transaction.atomic(), refusing(number) as seen:
                verb()
        except OperationalError:
            assert everything() == before, f"something stayed after statement {number}: {seen[-1][:80]}"
            continue
        return len(seen)
    pytest.fail("it never went through")


def test_a_submission_is_whole_or_not_at_all() -> None:
    person(Role.COUNTRY_COORDINATOR, "DE")
    CriterionFactory()
    draft = written()
    owner = draft.contributor
    assert owner is not None
    count = refused_at_every_statement(
        lambda: submitting.submit(user=owner, key=draft.pk, version=draft.version, consent=True)
    )
    assert count > 10
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW
    assert OutboxMail.objects.filter(to=owner.email, kind="contribution-received").count() == 1


def test_the_last_approval_is_whole_or_not_at_all() -> None:
    editor = person(Role.EDITOR)
    contribution = submitted()
    review = open_review(contribution)
    answers, revision = all_met(review), revision_of(contribution)
    count = refused_at_every_statement(
        lambda: reviewing.approve(user=editor, key=review.pk, answers=answers, revision_id=revision)
    )
    assert count > 10
    contribution.refresh_from_db()
    assert contribution.state == State.PUBLISHED
    assert GoodPractice.objects.get().live


def test_asking_for_changes_is_whole_or_not_at_all() -> None:
    editor = person(Role.EDITOR)
    contribution = submitted()
    review, revision = open_review(contribution), revision_of(contribution)
    refused_at_every_statement(
        lambda: reviewing.ask_for_changes(
            user=editor, key=review.pk, answers={}, revision_id=revision, reason="Please say who runs it."
        )
    )
    contribution.refresh_from_db()
    assert contribution.state == State.CHANGES_REQUESTED
