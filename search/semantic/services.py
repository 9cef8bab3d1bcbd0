"""Stand-in until the model is wired: no vectors."""

from collections.abc import Sequence

from search.types import SearchDocument


def available() -> bool:
    """Tell whether search by meaning can be had."""
    return False


def with_vectors(documents: Sequence[SearchDocument]) -> list[SearchDocument]:
    """Return ``documents`` as they are."""
    return list(documents)


def query_vector(text: str, languages: tuple[str, ...]) -> bytes:
    """Return nothing."""
    return b""


def embed_pending(limit: int = 32) -> int:
    """Do nothing."""
    return 0
