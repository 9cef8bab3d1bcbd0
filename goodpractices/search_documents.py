"""What of a good practice is found, filtered and shown in lists."""

from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.dates import iso_partial_date
from core.text import one_line
from goodpractices.models import EvidenceLevel, GoodPractice, Record
from search.registry import FacetDefinition, IndexedType
from search.registry import register as register_type
from search.types import SearchDocument
from taxonomy.catalogue import get_catalogue

if TYPE_CHECKING:
    from django.db import models

#: The texts that are searched beside title and summary, in the template's order.
_BODY_FIELDS = (
    "issue_and_goals",
    "how_it_works",
    "results",
    "evaluation",
    "who_benefits",
    "funding",
    "partners",
)


def _names(vocabulary: str, parent: str = "") -> dict[str, str]:
    entries = getattr(get_catalogue(), vocabulary)
    return {code: entry.name for code, entry in entries.items() if not parent or entry.parent == parent}


def _language_names() -> dict[str, str]:
    # French writes languages small, but not at the head of a line.
    return {code: capfirst(name) for code, name in _names("languages").items()}


def _country_names() -> dict[str, str]:
    return {entry.code: entry.name for entry in get_catalogue().countries_by_name()}


def _evidence_names() -> dict[str, str]:
    return {code: str(label) for code, label in reversed(EvidenceLevel.choices)}


def _record_names() -> dict[str, str]:
    return {code: str(label) for code, label in Record.choices}


def published_practices() -> "models.QuerySet[Any]":
    """Every practice the public may see, with the terms the document needs."""
    return GoodPractice.objects.published().with_terms()


def practice_document(practice: GoodPractice) -> SearchDocument:
    """Return what is indexed of ``practice``, which must come with its terms."""
    countries = practice.codes("countries") or (("EU",) if practice.scope == "eu" else ())
    body = [practice.organisation, practice.area, practice.programmes]
    body += [getattr(practice, field) for field in _BODY_FIELDS]
    keywords = {
        "theme": tuple(practice.theme_codes()),
        "topic": practice.codes("topics"),
        "country": countries,
        "target_group": practice.codes("target_groups"),
        "year": (str(practice.start_date.year),) if practice.start_date else (),
        "evidence": (practice.evidence_level,),
        "record": (practice.record,),
    }
    dates = {"published": practice.first_published_at} if practice.first_published_at else {}
    return SearchDocument(
        uid=practice.uid,
        type=practice.kind,
        version=practice.search_version,
        language=practice.language,
        title=practice.title,
        path=practice.get_path(),
        english_title=practice.english_title,
        summary=one_line(practice.summary, 600),
        english_summary=one_line(practice.english_summary, 600),
        body="\n\n".join(part for part in body if part),
        keywords=keywords,
        dates=dates,
        extra={
            "area": practice.area,
            "organisation": practice.organisation,
            "start": iso_partial_date(practice.start_date, practice.start_precision),
            "sample": practice.is_sample,
            "archived": practice.archived_at is not None,
        },
    )


def register() -> None:
    """Register good practices with the search."""
    register_type(
        IndexedType(
            code=GoodPractice.kind,
            model="goodpractices.GoodPractice",
            label=_("Good practice"),
            label_plural=_("Good practices"),
            published=published_practices,
            document=practice_document,
            facets=(
                FacetDefinition("theme", _("Theme"), lambda: _names("themes")),
                FacetDefinition("topic", _("Topic"), lambda: _names("topics")),
                FacetDefinition("country", _("Country"), _country_names),
                FacetDefinition("target_group", _("Target group"), lambda: _names("target_groups")),
                FacetDefinition("language", _("Original language"), _language_names, order="label"),
                FacetDefinition("year", _("Start year"), order="descending", pattern=r"[0-9]{4}"),
                FacetDefinition("evidence", _("Evidence"), _evidence_names),
                FacetDefinition("record", _("Record"), _record_names),
            ),
            term_lookups={
                "taxonomy.Topic": ("topics",),
                "taxonomy.Theme": ("topics__theme",),
                "taxonomy.Country": ("countries",),
                "taxonomy.TargetGroup": ("target_groups",),
            },
        )
    )
