"""The collection that is searched: the judged items among generated ones, with vectors that are kept between runs."""

import datetime as dt
import hashlib
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from django.utils import timezone

from benchmarks.relevance.topics import Item, all_topics
from portal.demo.generator import generate
from search.labels import with_labels
from search.registry import all_types
from search.semantic.embedder import Embedder, get_embedder
from search.semantic.services import meaning_of, meaning_text
from search.semantic.vectors import STORED, Row, packed
from search.services import document_of
from search.types import PUBLISHED, SearchDocument

#: A generated title that begins so is squarely what a topic asks for, though nobody judged the item: it is left out.
_ANSWERS: Final[dict[int, tuple[str, ...]]] = {
    31: (
        "Language café", "Sprachcafé", "Café des langues", "Café de idiomas", "Caffè delle lingue",
        "Kawiarenka językowa", "Taalcafé", "Språkcafé", "Καφενείο γλωσσών",
    ),
    51: (
        "Migrant council", "Migrationsbeirat", "Conseil des résidents", "Consejo de vecinos migrantes",
        "Consulta dei residenti stranieri", "Rada imigrantów", "Migrantenraad", "Invånarråd", "Συμβούλιο μεταναστών",
    ),
    57: (
        "Welcome desk", "Willkommensbüro", "Guichet d’accueil", "Oficina de acogida", "Sportello di accoglienza",
        "Punkt powitalny", "Welkomstbalie", "Välkomstdisk", "Γραφείο υποδοχής",
    ),
    60: ("Interreligiöser Dialog",),
}  # fmt: skip
_SEED: Final = 4
#: Generated items are published in this time; judged ones too, so that freshness tells nothing about relevance.
_DAYS: Final = 3_600


def judged() -> list[SearchDocument]:
    """Return the judged items as they are indexed: a practice of which there is only title and summary."""
    rng = random.Random(_SEED)  # noqa: S311 - repeatable, not secret
    now = timezone.now()
    return [
        _document(item, now - dt.timedelta(days=rng.randint(1, _DAYS)))
        for topic in all_topics()
        for item in topic.items
    ]


def _document(item: Item, published: dt.datetime) -> SearchDocument:
    return with_labels(
        SearchDocument(
            uid=item.uid,
            type="practice",
            version=1,
            language=item.language,
            title=item.title,
            path=f"/good-practices/{item.uid}/",
            summary=item.summary,
            dates={PUBLISHED: published},
        )
    )


def generated(count: int) -> Iterator[SearchDocument]:
    """Write practices into the empty database and yield ``count`` of them as the portal indexes them."""
    answers = tuple(title for titles in _ANSWERS.values() for title in titles)
    # About a fifth is left out.
    for _done in generate(count * 3 // 2 + 50, _SEED):
        pass
    failed: list[tuple[str, str]] = []
    for indexed in all_types():
        for item in indexed.published().order_by("pk"):
            document = document_of(indexed, item, failed)
            if document is not None and not document.title.startswith(answers) and count:
                count -= 1
                yield document
    if failed or count:
        message = f"the collection is not complete: {count} missing, {failed[:3]}"
        raise RuntimeError(message)


class KeptEmbedder:
    """An embedder whose raw vectors are kept in a file, by the digest of the text: what is made of them may change."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.name = embedder.name
        self._path = folder / f"{embedder.name}.npz"
        self._embedder = embedder
        self._rows: dict[str, Row] = {}
        self._new = 0
        if self._path.exists():
            with np.load(self._path, allow_pickle=False) as kept:
                rows = kept["vectors"].astype(np.float32)
                self._rows = dict(zip(kept["digests"].tolist(), rows, strict=True))

    def passages(self, texts: Sequence[str]) -> list[Row]:
        """Return a raw vector for each text."""
        return [self._passage(text) for text in texts]

    def _passage(self, text: str) -> Row:
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest not in self._rows:
            (self._rows[digest],) = self._embedder.passages([text])
            self._new += 1
            if self._new % 500 == 0:
                self.keep()
        return self._rows[digest]

    def query(self, text: str) -> Row:
        """Return the raw vector of a question, worked out each time."""
        return self._embedder.query(text)

    def keep(self) -> None:
        """Write what is new."""
        if not self._new:
            return
        print(f"  {self._new} new vectors", flush=True)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}.npz")
        np.savez(draft, digests=np.array(list(self._rows)), vectors=np.stack(list(self._rows.values())).astype(STORED))
        draft.replace(self._path)


def with_meaning(documents: Sequence[SearchDocument], folder: Path) -> list[SearchDocument]:
    """Return ``documents`` with what they mean, worked out as the portal's worker does; as they are without a model."""
    embedder = get_embedder()
    if embedder is None:
        return list(documents)
    kept = KeptEmbedder(folder, embedder)
    meant = [
        replace(document, vector=packed(meaning_of(kept, meaning_text(document), document.language)))
        for document in documents
    ]
    kept.keep()
    return meant
