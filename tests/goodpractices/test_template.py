"""The rules of the common template, at their edges."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from content import services
from goodpractices.models import GoodPractice
from goodpractices.template import WORD_LIMITS
from tests.goodpractices.builders import build, draft, published, words

pytestmark = pytest.mark.usefixtures("vocabulary")


def problems(**values: Any) -> dict[str, str]:
    """Return the problems of a practice with ``values``, by field."""
    return {field: str(message) for field, message in build(**values).publication_problems()}


def test_a_complete_practice_has_no_problem() -> None:
    assert problems() == {}


@pytest.mark.parametrize(("field", "limit"), WORD_LIMITS.items())
def test_a_text_may_have_as_many_words_as_the_limit_and_no_more(field: str, limit: Any) -> None:
    assert field not in problems(**{field: words(limit.most)})
    assert f"{limit.most + 1} words, at most {limit.most}." in problems(**{field: words(limit.most + 1)})[field]


@pytest.mark.parametrize(("field", "limit"), [(name, limit) for name, limit in WORD_LIMITS.items() if limit.least])
def test_a_text_may_have_as_few_words_as_the_limit_and_no_fewer(field: str, limit: Any) -> None:
    assert field not in problems(**{field: words(limit.least)})
    assert f"{limit.least - 1} words, at least {limit.least}." in problems(**{field: words(limit.least - 1)})[field]


def test_the_limits_are_those_of_the_template() -> None:
    assert {name: (limit.least, limit.most) for name, limit in WORD_LIMITS.items()} == {
        "title": (0, 15),
        "summary": (75, 100),
        "issue_and_goals": (100, 150),
        "how_it_works": (75, 100),
        "results": (75, 100),
        "evaluation": (0, 100),
        "who_benefits": (0, 40),
        "funding": (0, 100),
    }


def test_the_message_names_section_count_and_limit() -> None:
    assert problems(results=words(131))["results"] == "Results: 131 words, at most 100."


@pytest.mark.parametrize("field", ["summary", "issue_and_goals", "how_it_works", "results", "evaluation", "funding"])
def test_an_empty_section_is_named(field: str) -> None:
    assert "not filled in" in problems(**{field: "  \n"})[field]


def test_a_practice_must_be_a_year_old() -> None:
    today = timezone.localdate()
    assert "start_date" not in problems(start_date=today - dt.timedelta(days=365))
    assert "at least one year" in problems(start_date=today - dt.timedelta(days=364))["start_date"]
    assert "not filled in" in problems(start_date=None)["start_date"]


def test_a_regular_service_may_leave_its_dates_open_but_never_be_younger_than_a_year() -> None:
    assert problems(start_date=None, regular_service=True) == {}
    young = timezone.localdate() - dt.timedelta(days=100)
    assert "at least one year" in problems(start_date=young, regular_service=True)["start_date"]


def test_places_and_topics_are_asked_for() -> None:
    assert set(problems(topics=[], countries=[])) == {"topics", "countries"}
    assert problems(countries=[], scope="eu") == {}
    assert set(problems(scope="local", area="")) == {"area"}


def test_a_short_record_needs_its_source_and_nothing_of_the_template() -> None:
    bare = {"record": "short", "issue_and_goals": "", "results": "", "start_date": None, "organisation": ""}
    assert set(problems(**bare)) == {"source_url"}
    assert problems(**bare, source_url="https://example.org/") == {}


def test_a_draft_may_be_incomplete_but_is_not_published() -> None:
    practice = draft(summary="", results=words(131))
    with pytest.raises(ValidationError) as refused:
        services.publish(item=practice, user=None)
    assert set(refused.value.message_dict) == {"summary", "results"}
    practice.refresh_from_db()
    assert not practice.live


def test_messages_speak_the_readers_language() -> None:
    with translation.override("de"):
        message = problems(results=words(131))["results"]
    assert "131" in message
    assert "at most" not in message


def test_the_end_never_lies_before_the_start() -> None:
    with pytest.raises(ValidationError):
        build(end_date=dt.date(2018, 1, 1)).clean()


def test_the_stable_id_is_never_given_twice() -> None:
    first = draft()
    number = first.pk
    first.delete()
    assert draft().pk > number


def test_a_correction_stays_hidden_until_it_is_published() -> None:
    practice = published()
    practice.title = "A better title"
    revision = practice.save_revision(clean=False)
    assert GoodPractice.objects.get(pk=practice.pk).title == "A practice that works"
    services.publish(item=practice, user=None, revision=revision)
    assert GoodPractice.objects.get(pk=practice.pk).title == "A better title"
