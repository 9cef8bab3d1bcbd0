"""The judged topics: queries in eight languages, items in 24, grades."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

#: The languages of the queries.
LANGUAGES: Final = ("en", "fr", "de", "es", "it", "pl", "nl", "sv")
#: An item of this grade is squarely what was asked for; 2: in part.
SQUARELY: Final = 3
_FOLDER: Final = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Item:
    """A judged item: real sentences in one language, and how far it answers its topic."""

    id: str
    language: str
    title: str
    summary: str
    grade: int

    @property
    def uid(self) -> str:
        """The id under which it is indexed."""
        return f"judged-{self.id}"


@dataclass(frozen=True)
class Judgement:
    """How far an item that was not written for a topic answers it."""

    uid: str
    language: str
    grade: int


@dataclass(frozen=True)
class Topic:
    """What somebody may look for: the same need as a query in each language, and all items judged for it.

    ``items`` were written for it; ``further`` are the items judged later, as ``pooling.completed`` adds them.
    """

    number: int
    subject: str
    queries: dict[str, str]
    items: tuple[Item, ...]
    further: tuple[Judgement, ...] = ()

    @property
    def held_out(self) -> bool:
        """Whether the topic is of the half that nothing was tuned on: the even numbers."""
        return self.number % 2 == 0

    def grades(self, *, of: str = "", but: str = "") -> dict[str, int]:
        """Return uid → grade of the items in the language ``of``, or in any ``but`` that one."""
        judged: tuple[Item | Judgement, ...] = (*self.items, *self.further)
        chosen = (item for item in judged if (not of or item.language == of) and item.language != but)
        return {item.uid: item.grade for item in chosen}


@lru_cache(maxsize=1)
def all_topics() -> tuple[Topic, ...]:
    """Return the topics in the order of their numbers."""
    rows = [row for path in sorted(_FOLDER.glob("topics_*.json")) for row in json.loads(path.read_text("utf-8"))]
    topics = (
        Topic(row["topic"], row["subject"], row["queries"], tuple(Item(**item) for item in row["items"]))
        for row in rows
    )
    return tuple(sorted(topics, key=lambda topic: topic.number))
