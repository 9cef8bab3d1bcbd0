"""Groups follow the permission table, whatever was there before; only roles give rights."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from accounts.permissions import PERMISSIONS, Action, Role, may, roles_of, scopes
from accounts.roles import content_models, sync_groups
from tests.factories import UserFactory, person, practice

pytestmark = pytest.mark.django_db


def codenames(role: Role) -> set[str]:
    return set(Group.objects.get(name=role.value).permissions.values_list("codename", flat=True))


def test_the_groups_are_the_roles_and_nothing_of_wagtails_own() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == {role.value for role in Role}


@pytest.mark.parametrize("role", list(Role))
def test_each_group_has_the_verbs_of_its_actions_for_every_kind_of_content(role: Role) -> None:
    verbs = {
        Action.CREATE: "add",
        Action.EDIT: "change",
        Action.PUBLISH: "publish",
        Action.DELETE_DRAFT: "delete",
        Action.LOCK: "lock",
    }
    staff = "access_admin" in codenames(role)
    for model in content_models():
        name = model._meta.model_name
        for action, verb in verbs.items():
            assert (f"{verb}_{name}" in codenames(role)) == (staff and action in PERMISSIONS[role])
        assert (f"unlock_{name}" in codenames(role)) == (f"lock_{name}" in codenames(role))


def test_the_permissions_that_wagtail_makes_late_exist_before_the_groups_are_filled() -> None:
    """Publish, lock and unlock are made by a receiver of post_migrate; ours must come after it."""
    Permission.objects.filter(codename__in=["publish_goodpractice", "lock_goodpractice"]).delete()
    Group.objects.all().delete()
    call_command("migrate", verbosity=0, interactive=False)
    assert {"publish_goodpractice", "lock_goodpractice", "unlock_goodpractice"} <= codenames(Role.EDITOR)


def test_rights_given_by_hand_are_taken_back() -> None:
    group = Group.objects.get(name=Role.COUNTRY_COORDINATOR.value)
    before = codenames(Role.COUNTRY_COORDINATOR)
    group.permissions.add(Permission.objects.get(codename="add_user"))
    pages, files = GroupPagePermission.objects.count(), GroupCollectionPermission.objects.count()
    sync_groups()
    assert codenames(Role.COUNTRY_COORDINATOR) == before
    assert (GroupPagePermission.objects.count(), GroupCollectionPermission.objects.count()) == (pages, files)


def test_editors_have_pages_and_files_and_coordinators_neither() -> None:
    assert GroupPagePermission.objects.filter(group__name=Role.EDITOR.value).exists()
    assert GroupCollectionPermission.objects.filter(group__name=Role.EDITOR.value).count() == 6
    assert not GroupPagePermission.objects.filter(group__name=Role.COUNTRY_COORDINATOR.value).exists()
    assert not GroupCollectionPermission.objects.filter(group__name=Role.COUNTRY_COORDINATOR.value).exists()


def test_a_superuser_has_the_administrators_role_and_an_inactive_person_none() -> None:
    assert Role.ADMINISTRATOR in roles_of(UserFactory(is_superuser=True))
    assert not roles_of(UserFactory(is_superuser=True, is_active=False))


def test_own_items_are_reached_by_their_contributor_alone() -> None:
    author, other = person(Role.CONTRIBUTOR), person(Role.CONTRIBUTOR)
    row = practice("DE", contributor=author, draft=True)
    assert may(author, Action.VIEW_DRAFT, row)
    assert not may(other, Action.VIEW_DRAFT, row)
    assert not may(author, Action.EDIT, row)


def test_two_roles_add_up() -> None:
    both = person(Role.COUNTRY_COORDINATOR, "DE")
    both.groups.add(Group.objects.get(name=Role.EDITOR.value))
    row = practice("FR")
    assert may(both, Action.PUBLISH, row)
    assert len(scopes(both, Action.EDIT)) == 2
