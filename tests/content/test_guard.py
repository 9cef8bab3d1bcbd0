"""The guard fails closed: a view nobody thought about stops the start, a kind nobody registered is named."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404
from django.views.generic import View

from accounts.permissions import Action, Role
from content.admin_views import ArchiveView
from content.checks import every_kind_is_registered
from content.guard import RowGuardMixin, require_reach
from content.permission_policy import ContentItemPolicy
from content.registry import find, register_kind
from content.viewsets import guarded
from goodpractices.models import GoodPractice
from tests.factories import person, practice

pytestmark = pytest.mark.django_db


def test_a_view_nobody_thought_about_is_not_served() -> None:
    class NewView(View):
        pass

    with pytest.raises(ImproperlyConfigured, match="NewView"):
        guarded(NewView)


def test_a_guarded_view_is_not_guarded_twice() -> None:
    assert guarded(ArchiveView) is ArchiveView
    assert issubclass(guarded(GoodPractice.snippet_viewset.edit_view_class), RowGuardMixin)


def test_what_may_not_be_seen_and_what_is_not_there_look_the_same() -> None:
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE")
    foreign, own = practice("FR"), practice("DE")
    for key in (foreign.pk, own.pk + 1000, "x", "", "-1", "٣", 2**70):
        with pytest.raises(Http404):
            require_reach(GoodPractice, coordinator, Action.EDIT, key)
    with pytest.raises(PermissionDenied):
        require_reach(GoodPractice, coordinator, Action.PUBLISH, own.pk)
    assert require_reach(GoodPractice, coordinator, Action.EDIT, str(own.pk)) == own.pk


def test_the_check_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert every_kind_is_registered() == []
    monkeypatch.setattr("content.checks.kinds", dict)
    monkeypatch.setattr(GoodPractice, "snippet_viewset", None)
    assert [message.id for message in every_kind_is_registered()] == ["content.E001", "content.E002"]


def test_two_kinds_cannot_claim_one_prefix() -> None:
    class Other:
        kind = "practice"

    other: Any = Other
    with pytest.raises(ValueError, match="both claim"):
        register_kind(other)


@pytest.mark.parametrize(
    "uid", ["", "practice", "practice-", "practice-x", "other-1", "practice-" + "9" * 30, "practice-٣"]
)
def test_ids_that_nothing_has_find_nothing(uid: str) -> None:
    practice("DE")
    assert find(uid) is None


def test_wagtails_questions_are_answered_from_the_table() -> None:
    policy = ContentItemPolicy(GoodPractice)
    coordinator, editor = person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.EDITOR)
    own, foreign, draft = practice("DE"), practice("FR"), practice("DE", draft=True)
    assert policy.user_has_permission_for_instance(coordinator, "change", own)
    assert not policy.user_has_permission_for_instance(coordinator, "change", foreign)
    assert not policy.user_has_permission(coordinator, "publish")
    assert not policy.user_has_permission(editor, "an-unknown-verb")
    assert policy.user_has_permission_for_instance(editor, "delete", draft)
    assert not policy.user_has_permission_for_instance(editor, "delete", own)
    assert set(policy.instances_user_has_any_permission_for(coordinator, ["change", "publish"])) == {own, draft}
