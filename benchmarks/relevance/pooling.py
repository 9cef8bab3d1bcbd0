"""Judgements that came after the first ones: what the engines found though nobody had judged it. See README.md."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.relevance.topics import Item, Judgement, Topic
from portal.demo.practices import read
from search.types import SearchDocument

_JUDGED: Final = Path(__file__).resolve().parent / "pooled.json"
#: What the first words of a generated title are about, in the order of the generator's lists.
_SUBJECTS: Final = (
    "mentoring", "language café", "welcome desk", "neighbourhood guides", "open workshop", "legal advice",
    "health mediators", "homework club", "career coaching", "shared housing", "intercultural dialogue",
    "skills check", "migrant council", "training kitchen",
)  # fmt: skip
#: The German list has another matter at these places.
_GERMAN: Final = {0: "language café", 1: "job mentoring", 8: "parents' café", 10: "interfaith dialogue"}


def _patterns() -> dict[tuple[str, str], tuple[str, int]]:
    """Return (language, title without its number) → what the item is about and the place of whom it is for."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    vocabulary: dict[str, Any] = read("generator")
    for language, words in vocabulary.items():
        for place, head in enumerate(words["heads"]):
            subject = _GERMAN.get(place, _SUBJECTS[place]) if language == "de" else _SUBJECTS[place]
            for group, complement in enumerate(words["complements"]):
                found[language, f"{head} {complement}"] = subject, group
    return found


def _generated(documents: Sequence[SearchDocument], rows: Sequence[dict[str, Any]]) -> Iterator[tuple[int, Judgement]]:
    judged: dict[str, list[tuple[int, list[int] | None, int]]] = {}
    for row in rows:
        judged.setdefault(row["subject"], []).append((row["topic"], row.get("for"), row["grade"]))
    patterns = _patterns()
    for document in documents:
        subject, group = patterns.get((document.language, document.title.rpartition(" ")[0]), ("", 0))
        for topic, groups, grade in judged.get(subject, []):
            if groups is None or group in groups:
                yield topic, Judgement(document.uid, document.language, grade)


def completed(topics: Sequence[Topic], documents: Sequence[SearchDocument]) -> tuple[Topic, ...]:
    """Return ``topics`` with the later judgements of the items in ``documents``; the first ones stay as they are."""
    rows = json.loads(_JUDGED.read_text("utf-8"))
    items: dict[str, Item] = {item.id: item for topic in topics for item in topic.items}
    further: dict[int, list[Judgement]] = {topic.number: [] for topic in topics}
    for number, grades in rows["items"].items():
        # A part of the topics knows a part of the items.
        chosen = ((items[name], grade) for name, grade in grades.items() if name in items)
        further.setdefault(int(number), []).extend(Judgement(item.uid, item.language, grade) for item, grade in chosen)
    for topic_number, judgement in _generated(documents, rows["generated"]):
        further.setdefault(topic_number, []).append(judgement)
    return tuple(replace(topic, further=tuple(further[topic.number])) for topic in topics)
