"""Writes to the vocabulary: loading the published list, retiring a term."""

import json
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from core import audit, cache, stamps
from taxonomy.models import (
    Country,
    DocumentType,
    Language,
    OrganisationType,
    TargetGroup,
    Term,
    Theme,
    Topic,
)
from taxonomy.signals import term_changed

DATA: Final = Path(__file__).resolve().parent / "data"
STAMP: Final = "taxonomy"
Row = dict[str, Any]


def _read(name: str) -> list[Row]:
    rows: list[Row] = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return rows


def _names(field: str, values: dict[str, str]) -> Row:
    return {f"{field}_{language}": text for language, text in values.items()}


def _upsert(model: type[Term], code: str, values: Row) -> Term:
    term, _created = model._default_manager.update_or_create(code=code, defaults=values)
    return term


@transaction.atomic
def load_vocabulary() -> int:
    """Write the list in ``taxonomy/data`` into the database and return how many terms it holds.

    May run any number of times: a term is found by its code; names follow the list, codes never change, and what
    editors added stays.
    """
    total = 0
    for position, row in enumerate(_read("themes")):
        values = _names("name", row["name"]) | _names("description", row["description"]) | {"order": position}
        theme = _upsert(Theme, row["code"], values)
        total += 1
        for place, topic in enumerate(row["topics"]):
            _upsert(
                Topic, topic["code"], _names("name", topic["name"]) | {"order": position * 100 + place, "theme": theme}
            )
            total += 1
    for position, row in enumerate(_read("countries")):
        _upsert(Country, row["code"], _names("name", row["name"]) | {"order": position})
        total += 1
    for position, row in enumerate(_read("languages")):
        values = _names("name", row["name"]) | {"order": position, "endonym": row["endonym"]}
        _upsert(Language, row["code"], values)
        total += 1
    for position, axis in enumerate(_read("target_groups")):
        for place, group in enumerate(axis["groups"]):
            values = _names("name", group["name"]) | {"order": position * 100 + place, "axis": axis["axis"]["code"]}
            _upsert(TargetGroup, group["code"], values)
            total += 1
    simple: tuple[tuple[str, type[Term]], ...] = (
        ("organisation_types", OrganisationType),
        ("document_types", DocumentType),
    )
    for name, model in simple:
        for position, row in enumerate(_read(name)):
            _upsert(model, row["code"], _names("name", row["name"]) | {"order": position})
            total += 1
    stamps.bump(STAMP)
    cache.purge(cache.EVERYTHING)
    return total


def announce_change(term: Term) -> None:
    """Tell caches and the layers above that ``term`` has changed; call it inside the transaction."""
    stamps.bump(STAMP)
    cache.purge(cache.EVERYTHING)
    term_changed.send(sender=type(term), term=term)


@transaction.atomic
def retire_term(*, term: Term, user: models.Model | None) -> None:
    """Take ``term`` out of the choice for new content; content that has it keeps it."""
    before = audit.snapshot(term)
    term.retired = True
    term.save(update_fields=["retired"])
    audit.record(user=user, action="taxonomy.retire", instance=term, before=before, after=audit.snapshot(term))
    announce_change(term)


@transaction.atomic
def delete_term(*, term: Term, user: models.Model | None) -> None:
    """Delete a term that nothing uses.

    Raises ValidationError when it is in use: its code stands in addresses and other people's data, so it can only
    be retired.
    """
    if usage_count(term):
        raise ValidationError(_("“%(name)s” is in use and can only be retired.") % {"name": term})
    audit.record(user=user, action="taxonomy.delete", instance=term, before=audit.snapshot(term))
    announce_change(term)
    term.delete()


@transaction.atomic
def record_saved(*, term: Term, user: models.Model | None, before: Row | None) -> None:
    """Write into the audit log that ``user`` added (``before`` is None) or changed ``term``, and tell everyone."""
    action = "taxonomy.add" if before is None else "taxonomy.change"
    audit.record(user=user, action=action, instance=term, before=before, after=audit.snapshot(term))
    announce_change(term)


def _pointers(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Return each model with the name of its field that points to ``model``, also where no way back is declared."""
    found: list[tuple[type[models.Model], str]] = []
    for relation in model._meta.get_fields(include_hidden=True):
        related = relation.related_model
        if not relation.auto_created or relation.concrete or not isinstance(related, type):
            continue
        if related._meta.auto_created:
            # The table between two models; its rows are counted once, through the field that owns it.
            continue
        field: Any = relation.remote_field
        found.append((related, field.name))
    return found


def usages(term: models.Model) -> "list[tuple[type[models.Model], models.QuerySet[Any]]]":
    """Return, per model that points to ``term``, the rows that do; models without any are left out."""
    found = []
    for model, field in _pointers(type(term)):
        rows = model._default_manager.filter(**{field: term}).distinct()
        if rows.exists():
            found.append((model, rows))
    return found


def usage_count(term: models.Model) -> int:
    """Return how many rows of any model point to ``term``."""
    return sum(rows.count() for _model, rows in usages(term))


def usage_counts(model: type[models.Model]) -> dict[int, int]:
    """Return how many rows point to each row of ``model``, by key, in one query per pointing model."""
    counts: dict[int, int] = {}
    for pointing, field in _pointers(model):
        rows = pointing._default_manager.order_by().exclude(**{field: None}).values_list(field)
        for key, number in rows.annotate(number=models.Count("pk", distinct=True)):
            counts[key] = counts.get(key, 0) + number
    return counts
