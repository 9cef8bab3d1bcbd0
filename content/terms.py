"""Reads what hangs on items: the codes of their terms, and of which other rows there are any, in one query for all.

A page names terms from the catalogue in memory; from the database it needs their codes and nothing else. Prefetching
would take a query for each vocabulary and for each kind of row that most items have none of. The statement is the same
for every item, so its text is made once: putting it together anew took four times as long as asking it.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connections

from content.models import READ_CODES

if TYPE_CHECKING:
    from content.models import ContentItem


def _columns_of_terms(model: "type[ContentItem]", field: str) -> tuple[str, ...]:
    """Return the columns that join the items' terms in ``field`` to the vocabulary, and its columns order and code."""
    relation: Any = model._meta.get_field(field)
    through = relation.remote_field.through._meta
    term = relation.remote_field.model._meta
    return (
        through.db_table,
        through.get_field(relation.m2m_field_name()).column,
        through.get_field(relation.m2m_reverse_field_name()).column,
        term.db_table,
        term.pk.column,
        term.get_field("order").column,
        term.get_field("code").column,
    )


def _selects(model: "type[ContentItem]", relations: Sequence[str], alias: str, marks: str) -> Iterator[str]:
    quote = connections[alias].ops.quote_name
    for field in model.term_fields:
        through, owner, link, term, key, order, code = map(quote, _columns_of_terms(model, field))
        yield (
            f"SELECT '{field}', held.{owner}, term.{order}, term.{code} FROM {through} held "  # noqa: S608 - our own names
            f"JOIN {term} term ON term.{key} = held.{link} WHERE held.{owner} IN ({marks})"
        )
    for name in relations:
        relation: Any = model._meta.get_field(name)
        rows, owner = quote(relation.related_model._meta.db_table), quote(relation.field.column)
        yield f"SELECT DISTINCT '{name}', {owner}, 0, '' FROM {rows} WHERE {owner} IN ({marks})"  # noqa: S608 - our own names


@lru_cache(maxsize=64)
def _statement(model: "type[ContentItem]", relations: tuple[str, ...], count: int, alias: str) -> tuple[str, int]:
    """Return the statement for ``count`` items, and how often it wants their keys."""
    parts = list(_selects(model, relations, alias, ", ".join(["%s"] * count)))
    return " UNION ALL ".join(parts), len(parts)


def read_codes(items: "Sequence[ContentItem]", relations: tuple[str, ...] = ()) -> set[str]:
    """Give each of ``items``, saved and of one kind, the codes of its terms in their vocabulary's order.

    Returns those of ``relations`` (names of their reverse foreign keys) in which any of the items has rows.
    """
    if not items:
        return set()
    alias = items[0]._state.db or "default"
    model: Any = type(items[0])
    sql, parts = _statement(model, relations, len(items), alias)
    found: dict[int, dict[str, list[tuple[int, str]]]] = {}
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, [item.pk for item in items] * parts)
        for name, key, order, code in cursor.fetchall():
            found.setdefault(key, {}).setdefault(name, []).append((order, code))
    for item in items:
        held = found.get(item.pk, {})
        item.__dict__[READ_CODES] = {
            name: tuple(code for _order, code in sorted(rows)) for name, rows in held.items() if name not in relations
        }
    return {name for held in found.values() for name in held}.intersection(relations)
