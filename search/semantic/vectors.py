"""Vectors of meaning: rows of numbers in memory, 16-bit floats where they are kept."""

from typing import Final

import numpy as np
import numpy.typing as npt

Row = npt.NDArray[np.float32]

DIMENSIONS: Final = 384
#: Little-endian 16-bit floats: half the room, no measurable loss.
STORED: Final = "<f2"


def normalised(row: Row) -> Row:
    """Return ``row`` with length 1; a row of zeros stays as it is."""
    length = float(np.linalg.norm(row))
    return row if length == 0 else np.asarray(row / length, dtype=np.float32)


def centred(row: Row, mean: Row) -> Row:
    """Return what is left of a unit vector without what its language has in common, with length 1."""
    return normalised(np.asarray(row - mean, dtype=np.float32))


def packed(row: Row) -> bytes:
    """Return ``row`` as it is stored."""
    return np.asarray(row, dtype=STORED).tobytes()


def unpacked(vector: bytes) -> Row:
    """Return a stored vector as a row of numbers."""
    return np.frombuffer(vector, dtype=STORED).astype(np.float32)
