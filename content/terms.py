"""Reads the terms of items as codes: one query for all vocabularies, where prefetching takes one for each.

A page names terms from the catalogue in memory; from the database it needs their codes and nothing else. For the
page of a practice this saves two queries and the making of some twenty objects (5 of 18 ms).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models

from content.models import READ_CODES

if TYPE_CHECKING:
    from content.models import ContentItem


def _codes_of(model: "type[ContentItem]", field: str, keys: Sequence[int]) -> "models.QuerySet[Any, Any]":
    relation: Any = model._meta.get_field(field)
    owner, term = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    rows: Any = relation.remote_field.through._default_manager.filter(**{f"{owner}_id__in": keys}).order_by()
    named = rows.annotate(vocabulary=models.Value(field, models.CharField()))
    found: models.QuerySet[Any, Any] = named.values_list("vocabulary", f"{owner}_id", f"{term}__order", f"{term}__code")
    return found


def read_codes(items: "Sequence[ContentItem]") -> None:
    """Give each of ``items``, saved and of one kind, the codes of its terms in their vocabulary's order."""
    if not items:
        return
    model = type(items[0])
    first, *others = (_codes_of(model, field, [item.pk for item in items]) for field in model.term_fields)
    found: dict[int, dict[str, list[tuple[int, str]]]] = {}
    for vocabulary, key, order, code in first.union(*others, all=True):
        found.setdefault(key, {}).setdefault(vocabulary, []).append((order, code))
    for item in items:
        held = found.get(item.pk, {})
        item.__dict__[READ_CODES] = {
            field: tuple(code for _order, code in sorted(rows)) for field, rows in held.items()
        }
