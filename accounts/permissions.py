"""The permission table: what each role may do to content, and to whose.

This is the only place where it stands. Views, services, viewsets and tests all ask it; the table itself is tested
over every address.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from accounts.models import User

    Someone: TypeAlias = User | AnonymousUser


class Role(StrEnum):
    """A role a person has on the portal; its value is the name of the group."""

    ADMINISTRATOR = "administrator"
    EDITOR = "editor"
    COUNTRY_COORDINATOR = "country-coordinator"
    MODERATOR = "moderator"
    CONTRIBUTOR = "contributor"


ROLE_NAMES: Final[dict[Role, "_StrPromise"]] = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.EDITOR: _("Editor"),
    Role.COUNTRY_COORDINATOR: _("Country coordinator"),
    Role.MODERATOR: _("Moderator"),
    Role.CONTRIBUTOR: _("Contributor"),
}


class Action(StrEnum):
    """Something that can be done to a content item, or to the portal."""

    VIEW_DRAFT = "view-draft"
    CREATE = "create"
    EDIT = "edit"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    ARCHIVE = "archive"
    DELETE_DRAFT = "delete-draft"
    LOCK = "lock"
    EXPORT = "export"
    EDIT_PAGES = "edit-pages"
    EDIT_TAXONOMY = "edit-taxonomy"
    MANAGE_PEOPLE = "manage-people"
    VIEW_AUDIT = "view-audit"
    MODERATE_FORUM = "moderate-forum"
    CONTRIBUTE = "contribute"
    REVIEW_FACTS = "review-facts"
    DECIDE = "decide"


class Scope(StrEnum):
    """Whose items an action reaches."""

    ALL = "all"
    OWN_COUNTRIES = "own-countries"
    OWN = "own"


_EVERYTHING_EDITORIAL: Final[dict[Action, Scope]] = {
    Action.VIEW_DRAFT: Scope.ALL,
    Action.CREATE: Scope.ALL,
    Action.EDIT: Scope.ALL,
    Action.PUBLISH: Scope.ALL,
    Action.UNPUBLISH: Scope.ALL,
    Action.ARCHIVE: Scope.ALL,
    Action.DELETE_DRAFT: Scope.ALL,
    Action.LOCK: Scope.ALL,
    Action.EXPORT: Scope.ALL,
    Action.EDIT_PAGES: Scope.ALL,
    Action.EDIT_TAXONOMY: Scope.ALL,
    Action.CONTRIBUTE: Scope.OWN,
    # Once a coordinator's deadline has passed, the facts are the editors' to check.
    Action.REVIEW_FACTS: Scope.ALL,
    Action.DECIDE: Scope.ALL,
}

PERMISSIONS: Final[dict[Role, dict[Action, Scope]]] = {
    Role.ADMINISTRATOR: _EVERYTHING_EDITORIAL
    | {Action.MANAGE_PEOPLE: Scope.ALL, Action.VIEW_AUDIT: Scope.ALL, Action.MODERATE_FORUM: Scope.ALL},
    Role.EDITOR: _EVERYTHING_EDITORIAL,
    Role.COUNTRY_COORDINATOR: {
        Action.VIEW_DRAFT: Scope.OWN_COUNTRIES,
        Action.EDIT: Scope.OWN_COUNTRIES,
        Action.EXPORT: Scope.OWN_COUNTRIES,
        Action.CONTRIBUTE: Scope.OWN,
        Action.REVIEW_FACTS: Scope.OWN_COUNTRIES,
    },
    Role.MODERATOR: {Action.MODERATE_FORUM: Scope.ALL, Action.CONTRIBUTE: Scope.OWN},
    Role.CONTRIBUTOR: {Action.VIEW_DRAFT: Scope.OWN, Action.CONTRIBUTE: Scope.OWN},
}

#: Roles that may enter the editorial office at /admin/.
ADMIN_ROLES: Final = frozenset({Role.ADMINISTRATOR, Role.EDITOR, Role.COUNTRY_COORDINATOR})

#: Roles whose account opens more than the person's own things: they sign in with a second factor.
SECOND_FACTOR_ROLES: Final = ADMIN_ROLES | {Role.MODERATOR}


class OwnedItem(Protocol):
    """What the table needs to know of an item."""

    contributor_id: int | None

    def country_codes(self) -> Iterable[str]:
        """The codes of the countries the item is about."""
        ...


def roles_of(user: "Someone") -> frozenset[Role]:
    """Return the roles of ``user``; a superuser has the administrator's, an inactive or unknown person none."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    return user.roles


def scopes(user: "Someone", action: Action) -> frozenset[Scope]:
    """Return how far ``user`` may do ``action``; empty when not at all."""
    return frozenset(PERMISSIONS[role][action] for role in roles_of(user) if action in PERMISSIONS[role])


def may(user: "Someone", action: Action, item: OwnedItem | None = None) -> bool:
    """Return whether ``user`` may do ``action``: to ``item``, or, without one, to at least something."""
    reach = scopes(user, action)
    if not reach:
        return False
    if item is None or Scope.ALL in reach:
        return True
    if Scope.OWN in reach and item.contributor_id is not None and item.contributor_id == user.pk:
        return True
    if Scope.OWN_COUNTRIES in reach and user.is_authenticated:
        return bool(user.country_codes & set(item.country_codes()))
    return False
