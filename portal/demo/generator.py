"""Makes realistic practices in any number, the same for the same seed, for benchmarks and load tests."""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from core.text import count_words
from goodpractices.models import EvaluationType, EvidenceLevel, GoodPractice
from goodpractices.template import WORD_LIMITS
from portal.demo.practices import Terms, read

BATCH: Final = 500
#: Shares of the items that are local, part of a regular service, about a single country.
_LOCAL: Final = 0.6
_REGULAR: Final = 0.4
_ONE_COUNTRY: Final = 0.85
Row = dict[str, Any]


def _text(rng: random.Random, sentences: list[str], field: str) -> str:
    """Join sentences until the text is inside the limits of ``field``."""
    limit = WORD_LIMITS[field]
    chosen: list[str] = []
    count = 0
    goal = limit.least + 8 if limit.least else limit.most // 2
    for sentence in rng.sample(sentences, len(sentences)):
        length = count_words(sentence)
        if count + length > limit.most:
            continue
        chosen.append(sentence)
        count += length
        if count >= goal:
            break
    return " ".join(chosen)


def _practice(rng: random.Random, number: int, vocabulary: Row, terms: Terms) -> tuple[GoodPractice, Row]:
    language = rng.choice(list(vocabulary))
    words = vocabulary[language]
    title = f"{rng.choice(words['heads'])} {rng.choice(words['complements'])} {number}"
    start = dt.date(rng.randint(2004, 2024), rng.randint(1, 12), 1)
    when = timezone.now() - dt.timedelta(days=rng.randint(1, 3600), minutes=rng.randint(0, 1400))
    practice = GoodPractice(
        title=title[:255],
        slug=f"generated-{number}",
        language=language,
        english_title="" if language == "en" else f"Generated practice {number}",
        scope="local" if rng.random() < _LOCAL else "countries",
        area=rng.choice(["Nord", "Centrum", "Riverside", "Altstadt", "Porto", "Südstadt"]),
        start_date=start,
        start_precision="month",
        regular_service=rng.random() < _REGULAR,
        persons_reached=rng.randint(20, 20_000),
        budget_amount=Decimal(rng.randint(10, 900) * 1000),
        organisation=f"Organisation {rng.randint(1, 400)}",
        evidence_level=rng.choice(EvidenceLevel.values),
        evaluation_type=rng.choice(EvaluationType.values),
        live=True,
        has_unpublished_changes=False,
        first_published_at=when,
        last_published_at=when,
        search_version=1,
        **{field: _text(rng, words["sentences"], field) for field in WORD_LIMITS if field != "title"},
    )
    chosen = {
        "topics": rng.sample(list(terms.topics.values()), rng.randint(1, 3)),
        "countries": rng.sample(list(terms.countries.values()), 1 if rng.random() < _ONE_COUNTRY else 2),
        "target_groups": rng.sample(list(terms.groups.values()), rng.randint(1, 5)),
    }
    return practice, chosen


def _link(practices: list[GoodPractice], chosen: list[Row]) -> None:
    """Write the terms of a batch in one insert for each vocabulary."""
    for field, column in (("topics", "topic_id"), ("countries", "country_id"), ("target_groups", "targetgroup_id")):
        through = GoodPractice._meta.get_field(field).remote_field.through
        through._default_manager.bulk_create(
            through(**{"goodpractice_id": practice.pk, column: term.pk})
            for practice, row in zip(practices, chosen, strict=True)
            for term in row[field]
        )


def generate(items: int, seed: int) -> Iterator[int]:
    """Write ``items`` published practices, yielding how many are done after each batch; the index is not touched."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    vocabulary: Row = read("generator")
    terms = Terms()
    offset = GoodPractice.objects.count()
    done = 0
    while done < items:
        size = min(BATCH, items - done)
        pairs = [_practice(rng, offset + done + place + 1, vocabulary, terms) for place in range(size)]
        with transaction.atomic():
            practices = GoodPractice.objects.bulk_create([practice for practice, _chosen in pairs])
            _link(list(practices), [chosen for _practice, chosen in pairs])
        done += size
        yield done
