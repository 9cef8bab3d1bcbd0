"""Names of an item's terms as part of what is searched: "éducation" finds everything under Education and Culture."""

from dataclasses import replace
from typing import Final

from search.types import SearchDocument
from taxonomy.catalogue import INTERFACE_LANGUAGES, get_catalogue

#: Which facets hold terms of which vocabulary.
VOCABULARIES: Final[dict[str, str]] = {
    "theme": "themes",
    "topic": "topics",
    "country": "countries",
    "target_group": "target_groups",
    "organisation_type": "organisation_types",
    "document_type": "document_types",
}


def with_labels(document: SearchDocument) -> SearchDocument:
    """Return ``document`` with the names of its terms in the interface's languages."""
    catalogue = get_catalogue()
    entries = [
        entry
        for facet, vocabulary in VOCABULARIES.items()
        for code in document.keywords.get(facet, ())
        if (entry := getattr(catalogue, vocabulary).get(code)) is not None
    ]
    labels = {
        language: ". ".join(entry.names[language] for entry in entries if entry.names.get(language))
        for language in INTERFACE_LANGUAGES
    }
    return replace(document, labels={language: names for language, names in labels.items() if names})
