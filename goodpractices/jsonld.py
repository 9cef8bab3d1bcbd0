"""Structured data of a practice's page for search engines (schema.org, JSON-LD)."""

from typing import TYPE_CHECKING, Any

from core.addresses import absolute
from core.dates import iso_partial_date
from core.structured_data import as_jsonld
from core.text import one_line

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from goodpractices.presentation import PracticePage


def practice_jsonld(page: "PracticePage") -> "SafeString":
    """Return the JSON-LD of ``page``, safe inside a script element.

    A practice is described as an Article about a project, since schema.org has no type of its own for it.
    """
    practice = page.practice
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": absolute(f"/id/{practice.uid}"),
        "identifier": practice.uid,
        "headline": practice.title,
        "inLanguage": practice.language,
        "abstract": one_line(practice.summary),
        "url": absolute(practice.get_absolute_url()),
        "keywords": [entry.name for entry, _parent in page.topics],
        "datePublished": practice.first_published_at.date().isoformat() if practice.first_published_at else None,
        "dateModified": practice.last_published_at.date().isoformat() if practice.last_published_at else None,
        "temporalCoverage": iso_partial_date(practice.start_date, practice.start_precision) or None,
        "spatialCoverage": page.places or None,
        "sourceOrganization": {"@type": "Organization", "name": practice.organisation}
        if practice.organisation
        else None,
        "isBasedOn": practice.source_url or None,
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }
    return as_jsonld(data)
