"""Practices for tests, complete unless a test says otherwise."""

import datetime as dt
from typing import Any

from content import services
from goodpractices.models import GoodPractice
from goodpractices.template import WORD_LIMITS
from taxonomy.models import Country, TargetGroup, Topic


def words(count: int, word: str = "word") -> str:
    """Return a text of exactly ``count`` words."""
    return " ".join([word] * count)


def complete_values() -> dict[str, Any]:
    """Return values for every field that publication asks for, each in the middle of its limits."""
    texts = {
        field: words(max(limit.least + 5, limit.most // 2)) for field, limit in WORD_LIMITS.items() if field != "title"
    }
    return {
        **texts,
        "title": "A practice that works",
        "language": "en",
        "start_date": dt.date(2019, 3, 1),
        "organisation": "City of Sample",
        "contact_email": "hidden-address@example.org",
    }


def build(topics: list[str] | None = None, countries: list[str] | None = None, **values: Any) -> GoodPractice:
    """Return an unsaved draft with the vocabulary's terms of those codes."""
    practice = GoodPractice(live=False, **{**complete_values(), **values})
    practice.topics = list(Topic.objects.filter(code__in=topics if topics is not None else ["employment"]))
    practice.countries = list(Country.objects.filter(code__in=countries if countries is not None else ["BE"]))
    practice.target_groups = list(TargetGroup.objects.all()[:2])
    return practice


def draft(**values: Any) -> GoodPractice:
    """Return a saved draft with a revision."""
    practice = build(**values)
    practice.save()
    practice.save_revision(clean=False)
    return practice


def published(**values: Any) -> GoodPractice:
    """Return a practice that went through publication, and so stands in the index after the commit."""
    practice = draft(**values)
    services.publish(item=practice, user=None)
    practice.refresh_from_db()
    return practice
