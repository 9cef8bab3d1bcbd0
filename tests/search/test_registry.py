"""What content types register."""

import pytest
from django.core.checks import run_checks

from goodpractices.models import GoodPractice
from search import registry
from search.registry import IndexedType, all_types, check_registrations, get_type, split_uid, type_of, unregister


def test_every_kind_of_content_is_registered() -> None:
    assert list(check_registrations()) == []
    assert not [message for message in run_checks() if message.id == "search.E001"]


def test_a_forgotten_registration_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_types", {})
    assert [error.id for error in check_registrations()] == ["search.E001"]
    assert "GoodPractice" in next(iter(check_registrations())).msg


def test_types_are_found_by_code_model_and_uid(things: IndexedType) -> None:
    practice = get_type("practice")
    assert practice is not None
    assert practice.uid(12) == "practice-12"
    assert split_uid("practice-12") == (practice, 12)
    assert things in all_types()
    unregister("thing")
    assert type_of(GoodPractice) is practice


@pytest.mark.parametrize(
    "uid", ["", "practice", "practice-", "practice-x", "practice-²", "nope-1", "practice-" + "9" * 30]
)
def test_what_is_no_stable_id_is_none(uid: str) -> None:
    assert split_uid(uid) is None
