"""Where content types say what is indexed of them and how their lists can be narrowed; ``search`` names none itself.

A content app registers in its ``AppConfig.ready()``::

    from search.registry import IndexedType, register
    register(IndexedType(code="practice", model="goodpractices.GoodPractice", ...))
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import models
from django.utils.translation import gettext_lazy as _

from search.types import DateSort, SearchDocument

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FacetOrder = Literal["given", "count", "label", "descending"]


@dataclass(frozen=True, slots=True)
class FacetDefinition:
    """A facet: the name of its parameter and keyword, its label, and how its values are named and ordered.

    ``labels`` returns code → label in the active language, in display order; without it the code is the label
    (years). ``order``: ``given`` (as ``labels`` lists them), ``label`` (alphabetical), ``count`` (most first),
    ``descending`` (by code, highest first).
    """

    name: str
    label: "StrOrPromise"
    labels: Callable[[], Mapping[str, str]] | None = None
    order: FacetOrder = "given"
    #: Codes that a visitor may ask for though ``labels`` does not list them, as a regular expression.
    pattern: str = r"[A-Za-z0-9_-]{1,80}"


@dataclass(frozen=True, slots=True)
class SortDefinition:
    """An order by a date of the documents, offered beside relevance, newest and title."""

    name: str
    label: "StrOrPromise"
    by: DateSort


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One of the documents' dates or periods that belongs in a calendar; ``label`` stands before the item's title."""

    name: str
    label: "StrOrPromise" = ""


@dataclass(frozen=True, slots=True)
class IndexedType:
    """One kind of content in the index.

    ``published`` returns the items that anyone may see, with everything ``document`` reads prefetched;
    ``document`` turns one of them into a SearchDocument (uid ``f"{code}-{pk}"``). ``term_lookups`` maps a
    vocabulary's model label ("taxonomy.Topic") to the lookups that lead from an item to its terms, so that a renamed
    term is re-indexed with everything that carries it. ``dates`` names the dates its documents carry beside those of
    ``sorts`` and the date of publication, ``periods`` their periods: an index has fields for these and no others.
    ``calendar`` names those that people put in their calendars: lists of such items are offered as iCalendar.
    """

    code: str
    model: str
    label: "StrOrPromise"
    label_plural: "StrOrPromise"
    published: Callable[[], "models.QuerySet[Any]"]
    document: Callable[[Any], SearchDocument]
    facets: tuple[FacetDefinition, ...] = ()
    sorts: tuple[SortDefinition, ...] = ()
    term_lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    calendar: tuple[CalendarEntry, ...] = ()

    def model_class(self) -> type[models.Model]:
        """Return the model; raises LookupError when its app is not installed."""
        return apps.get_model(self.model)

    def uid(self, pk: int) -> str:
        """Return the stable id of the item with that primary key."""
        return f"{self.code}-{pk}"


_types: dict[str, IndexedType] = {}


def register(indexed: IndexedType) -> None:
    """Make a content type searchable; a second registration of the same code replaces the first."""
    _types[indexed.code] = indexed


def unregister(code: str) -> None:
    """Forget a content type (tests only need it)."""
    _types.pop(code, None)


def all_types() -> tuple[IndexedType, ...]:
    """Return the registered types in the order of their registration."""
    return tuple(_types.values())


def get_type(code: str) -> IndexedType | None:
    """Return the type with that code, or None."""
    return _types.get(code)


def type_of(model: type[models.Model]) -> IndexedType | None:
    """Return the registration of ``model`` (a proxy counts as its concrete model), or None."""
    concrete = model._meta.concrete_model or model
    for indexed in _types.values():
        if indexed.model_class() is concrete:
            return indexed
    return None


def split_uid(uid: str) -> tuple[IndexedType, int] | None:
    """Return type and primary key of a stable id ("practice-12"), or None when there is no such type."""
    code, _dash, number = uid.rpartition("-")
    indexed = _types.get(code)
    if indexed is None or not number.isdecimal() or len(number) > 18:
        return None
    return indexed, int(number)


def check_registrations(app_configs: object = None, **_options: object) -> Iterable[CheckMessage]:
    """Name every concrete ContentItem that forgot to register (Django system check ``search.E001``)."""
    from content.models import ContentItem

    errors: list[CheckMessage] = []
    for model in apps.get_models():
        if not issubclass(model, ContentItem) or model._meta.proxy or model._meta.abstract:
            continue
        if type_of(model) is None:
            errors.append(
                Error(
                    f"{model._meta.label} is content but is not registered for search.",
                    hint="Call search.registry.register(IndexedType(...)) in its app's AppConfig.ready().",
                    obj=model,
                    id="search.E001",
                )
            )
    return errors


TYPE_LABEL = _("Type of content")
