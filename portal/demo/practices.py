"""Writes practices from the data files into the database."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from content import services
from goodpractices.models import Criterion, CriterionAssessment, GoodPractice, PracticeLink, TransferRecord
from taxonomy.models import Country, OrganisationType, TargetGroup, Topic

DATA: Final = Path(__file__).resolve().parent / "data"
Row = dict[str, Any]

_TEXTS: Final = (
    "title",
    "language",
    "summary",
    "english_title",
    "english_summary",
    "scope",
    "area",
    "issue_and_goals",
    "how_it_works",
    "results",
    "evaluation",
    "evaluation_type",
    "who_benefits",
    "funding",
    "programmes",
    "organisation",
    "partners",
    "contact_name",
    "contact_email",
    "source_url",
    "source_name",
    "strengths",
    "room_for_improvement",
    "start_precision",
    "end_precision",
    "evidence_level",
)


def read(name: str) -> Any:
    """Return the parsed data file ``name``.json."""
    return json.loads((DATA / f"{name}.json").read_text("utf-8"))


class Terms:
    """The vocabulary by code, read once for many rows."""

    def __init__(self) -> None:
        self.topics = {term.code: term for term in Topic.objects.all()}
        self.countries = {term.code: term for term in Country.objects.all()}
        self.groups = {term.code: term for term in TargetGroup.objects.all()}
        self.organisation_types = {term.code: term for term in OrganisationType.objects.all()}
        self.criteria = {criterion.code: criterion for criterion in Criterion.objects.all()}


def _dates(row: Row) -> Row:
    """Turn years or ISO dates of a data row into date fields with their precision."""
    values: Row = {}
    for side in ("start", "end"):
        if row.get(f"{side}_date"):
            values[f"{side}_date"] = dt.date.fromisoformat(row[f"{side}_date"])
            values[f"{side}_precision"] = row.get(f"{side}_precision") or "day"
        elif row.get(f"{side}_year"):
            values[f"{side}_date"] = dt.date(row[f"{side}_year"], 1, 1)
            values[f"{side}_precision"] = "year"
    return values


def build(row: Row, terms: Terms, *, record: str, is_sample: bool) -> GoodPractice:
    """Return an unsaved practice with its terms, links and assessments from a data row."""
    values: Row = {name: row[name] for name in _TEXTS if row.get(name)}
    values |= _dates(row)
    if row.get("budget_amount") is not None:
        values["budget_amount"] = Decimal(str(row["budget_amount"]))
    if row.get("confirmed_at"):
        values["confirmed_at"] = dt.date.fromisoformat(row["confirmed_at"])
        values["review_on"] = values["confirmed_at"] + dt.timedelta(days=365)
    practice = GoodPractice(
        **values,
        record=record,
        is_sample=is_sample,
        live=False,
        regular_service=bool(row.get("regular_service")),
        persons_reached=row.get("persons_reached"),
        organisation_type=terms.organisation_types.get(row.get("organisation_type") or ""),
    )
    practice.topics = [terms.topics[code] for code in row["topics"]]
    practice.countries = [terms.countries[code] for code in row["countries"]]
    practice.target_groups = [terms.groups[code] for code in row.get("target_groups", [])]
    practice.links = [PracticeLink(url=link["url"], label=link["label"]) for link in row.get("links", [])]
    practice.assessments = [
        CriterionAssessment(
            criterion=terms.criteria[answer["criterion"]], verdict=answer["verdict"], note=answer.get("note", "")
        )
        for answer in row.get("assessments", [])
    ]
    return practice


def publish_new(practice: GoodPractice, when: dt.datetime | None = None) -> GoodPractice:
    """Save ``practice``, publish it the way the editors' office does, and date it ``when``."""
    practice.save()
    revision = practice.save_revision(clean=False)
    services.publish(item=practice, user=None, revision=revision)
    practice.refresh_from_db()
    if when is not None:
        GoodPractice.objects.filter(pk=practice.pk).update(first_published_at=when, last_published_at=when)
    return practice


def load_short_records(terms: Terms) -> int:
    """Publish the real practices as short records; returns how many."""
    rows: list[Row] = read("practices")
    newest = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0)
    for position, row in enumerate(rows):
        practice = build(row, terms, record="short", is_sample=False)
        publish_new(practice, newest - dt.timedelta(days=2 + 2 * position))
    return len(rows)


def load_samples(terms: Terms) -> int:
    """Publish the complete samples, then link those that adapted one another; returns how many."""
    rows: list[Row] = read("samples")
    newest = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)
    by_key: dict[str, GoodPractice] = {}
    for position, row in enumerate(rows):
        practice = build(row, terms, record="full", is_sample=True)
        by_key[row["key"]] = publish_new(practice, newest - dt.timedelta(days=5 + 9 * position))
    for row in rows:
        transfers = row.get("transfers", [])
        if transfers:
            _add_transfers(by_key[row["key"]], transfers, by_key)
    return len(rows)


def _add_transfers(practice: GoodPractice, rows: list[Row], by_key: dict[str, GoodPractice]) -> None:
    fresh = GoodPractice.objects.get(pk=practice.pk)
    fresh.transfers = [
        TransferRecord(
            direction=row["direction"],
            practice=by_key.get(row.get("sample") or row.get("practice") or row.get("key") or ""),
            outside_title=row.get("outside_title") or "",
            outside_url=row.get("outside_url") or "",
            place=row.get("place") or "",
            year=row.get("year"),
            note=row.get("note") or "",
        )
        for row in rows
    ]
    revision = fresh.save_revision(clean=False)
    first = fresh.first_published_at
    services.publish(item=fresh, user=None, revision=revision)
    GoodPractice.objects.filter(pk=fresh.pk).update(last_published_at=first)
