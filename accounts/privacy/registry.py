"""Every app says here which rows of its models are about people; a test refuses models that nobody has named.

Apps register in ``AppConfig.ready()``::

    registry.register(PersonalData(
        code="posts", label=_("Posts"), models=("forum.Post",), erase_rule="anonymise: the thread stays readable",
        export=lambda user: registry.rows(Post.objects.filter(author=user), "text", "created_at"),
        erase=erase_posts,
    ))
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import QuerySet

if TYPE_CHECKING:
    from django.core.files import File
    from django_stubs_ext import StrOrPromise

    from accounts.models import User


class Eraser(Protocol):
    """Erases what one registration is about; runs inside the transaction of the whole erasure."""

    def __call__(self, user: "User", *, keep_credit: bool) -> None:
        """Erase it; ``keep_credit`` leaves the name where it is published today."""
        ...


def _nothing(user: "User", *, keep_credit: bool) -> None:
    """Keep everything: for rows that say nothing once the person's own row is empty."""


def _no_titles() -> "Mapping[str, StrOrPromise]":
    return {}


def _no_files(user: "User") -> "Iterable[tuple[str, File[Any]]]":
    return ()


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One kind of personal data: the labels of its models, how it is handed out and how erased.

    What ``export`` returns is a row, rows, or groups of rows by name. ``titles`` returns, lazily translated, what the
    page to read calls the groups, and whatever else in the rows is no field of a model; it is asked when all apps are
    ready. data.json keeps the names, for programs. ``erase_rule`` begins with "delete", "anonymise" or "keep", with a
    reason after a colon. ``files`` returns names and uploaded files for the download. What has a higher ``order`` is
    erased later: the person's own row is last, so that all others still know name and address.
    """

    code: str
    label: "StrOrPromise"
    models: tuple[str, ...]
    export: "Callable[[User], Any]"
    erase_rule: str
    erase: Eraser = _nothing
    files: "Callable[[User], Iterable[tuple[str, File[Any]]]]" = _no_files
    titles: "Callable[[], Mapping[str, StrOrPromise]]" = _no_titles
    order: int = 50


_registered: dict[str, PersonalData] = {}


def register(data: PersonalData) -> None:
    """Make a kind of personal data known; a second registration of the same code replaces the first."""
    if not data.erase_rule.startswith(("delete", "anonymise", "keep")):
        message = f"The erase rule of {data.code} says neither delete, anonymise nor keep."
        raise ValueError(message)
    _registered[data.code] = data


def registrations() -> list[PersonalData]:
    """Return all kinds in the order in which they are erased."""
    return sorted(_registered.values(), key=lambda data: (data.order, data.code))


def covered_models() -> frozenset[str]:
    """Return the labels of all models that some registration names."""
    return frozenset(label for data in _registered.values() for label in data.models)


def rows(queryset: "QuerySet[Any]", *fields: str) -> list[dict[str, Any]]:
    """Return the ``fields`` of every row, as the download shows them."""
    return list(queryset.order_by("pk").values(*fields))
