"""Contributions for tests: a complete one about Germany, and the people around it."""

import itertools
from typing import Any

from accounts.models import User
from accounts.permissions import Role
from contributions.models import Contribution, Review
from contributions.registry import SubmissionType, get_type
from contributions.services import drafts, submitting
from contributions.services.reviewing import Answer
from contributions.stages import Stage
from tests.factories import CountryFactory, CriterionFactory, TargetGroupFactory, TopicFactory, person, words

_numbers = itertools.count(1)


def kind() -> SubmissionType:
    """The type that good practices are contributed as."""
    found = get_type("good-practice")
    assert found is not None
    return found


def complete(country: str = "DE", **values: Any) -> dict[str, Any]:
    """What a person types into a form that can be submitted; the terms it names are made."""
    CountryFactory(code=country)
    TopicFactory()
    TargetGroupFactory()
    raw: dict[str, Any] = {
        "title": "A café where neighbours meet",
        "language": "en",
        "start_date": "2019",
        "end_date": "",
        "regular_service": "",
        "scope": "countries",
        "countries": [country],
        "area": "",
        "topics": ["job-matching"],
        "summary": words(80),
        "issue_and_goals": words(120),
        "how_it_works": words(80),
        "results": words(80),
        "evaluation": words(50),
        "evaluation_type": "self",
        "who_benefits": words(20),
        "persons_reached": "120",
        "target_groups": ["adults"],
        "funding": words(30),
        "budget_amount": "12000.50",
        "programmes": "AMIF",
        "organisation": "Neighbours e. V.",
        "organisation_type": "",
        "partners": "",
        "contact_name": "Ada Person",
        "contact_email": "ada@example.org",
        "links": "https://example.org Our report",
        "english_title": "",
        "english_summary": "",
    }
    return raw | values


def contributor(**values: Any) -> User:
    """A person who may contribute."""
    return person(Role.CONTRIBUTOR, **values)


def written(user: User | None = None, **values: Any) -> Contribution:
    """A draft that is complete, and not submitted."""
    user = user or contributor()
    begun = drafts.start(user=user, kind=kind(), token=f"token-{next(_numbers)}")
    return drafts.save(user=user, key=begun.pk, raw=complete(**values), version=begun.version)


def submitted(user: User | None = None, **values: Any) -> Contribution:
    """A contribution in review; without a coordinator of its country it waits for the editors."""
    CriterionFactory(code="clear-actions", kind="eligibility")
    CriterionFactory(code="replicable", kind="selection")
    draft = written(user, **values)
    assert draft.contributor is not None
    return submitting.submit(user=draft.contributor, key=draft.pk, version=draft.version, consent=True)


def open_review(contribution: Contribution) -> Review:
    """The stage that waits for a decision."""
    review: Review = Review.objects.open().get(contribution=contribution)
    return review


def all_met(review: Review) -> dict[str, Answer]:
    """Every criterion of the stage answered with yes."""
    return {text.code: Answer("met") for text in review.contribution.kind.criteria(Stage(review.stage))}


def revision_of(contribution: Contribution) -> int:
    """The version that a reviewer has in front of them."""
    contribution.refresh_from_db()
    return int(contribution.item.latest_revision_id)
