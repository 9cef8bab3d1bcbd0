"""What documents mean, in memory: a matrix of unit vectors, compared with a question's at once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from pyroaring import BitMap

Matrix = np.ndarray[Any, np.dtype[np.float32]]
#: Changes beyond this many are worth a new matrix.
_LATER_AT_MOST: Final = 500


def unpacked(vector: bytes) -> Matrix:
    """Return a stored vector (little-endian 16-bit floats) as a row of 32-bit floats."""
    return np.frombuffer(vector, dtype="<f2").astype(np.float32)


class Vectors:
    """The vectors of a snapshot; a successor shares the matrix and keeps what came later beside it."""

    def __init__(self, rows: Sequence[tuple[int, bytes]]) -> None:
        # Where one model takes another's place there are vectors of two lengths for a while: the rarer stay beside.
        lengths = Counter(len(vector) for _key, vector in rows)
        length = max(lengths, key=lengths.__getitem__, default=0)
        usual = [row for row in rows if len(row[1]) == length]
        self._ids = np.array([key for key, _vector in usual], dtype=np.int64)
        raw = b"".join(vector for _key, vector in usual)
        self._matrix: Matrix = np.frombuffer(raw, dtype="<f2").astype(np.float32).reshape(len(usual), length // 2)
        self._replaced = BitMap()
        self._later: dict[int, Matrix] = {key: unpacked(row) for key, row in rows if len(row) != length}

    def __len__(self) -> int:
        return len(self._ids) - len(self._replaced) + len(self._later)

    def successor(self, changed: Iterable[int], rows: Sequence[tuple[int, bytes]]) -> "Vectors | None":
        """Return these vectors without ``changed`` and with ``rows``; None when a new matrix is due."""
        new = Vectors.__new__(Vectors)
        new._ids, new._matrix = self._ids, self._matrix
        new._later = {key: vector for key, vector in self._later.items() if key not in set(changed)}
        new._replaced = self._replaced | (BitMap(changed) & BitMap(self._ids.tolist()))
        new._later.update((key, unpacked(vector)) for key, vector in rows)
        return new if len(new._later) + len(new._replaced) <= _LATER_AT_MOST else None

    def nearest(self, asked: bytes, among: BitMap, count: int, least: float) -> list[tuple[int, float]]:
        """Return at most ``count`` ids of ``among`` whose cosine with ``asked`` is ``least`` or more, best first."""
        question = unpacked(asked)
        found: list[tuple[int, float]] = []
        if self._matrix.shape[1] == len(question):
            cosines = self._matrix @ question
            near = np.flatnonzero(cosines >= least)
            ids = self._ids[near]
            order = np.lexsort((ids, -cosines[near]))
            for place in order:
                key = int(ids[place])
                if key in among and key not in self._replaced:
                    found.append((key, float(cosines[near[place]])))
                    if len(found) == count:
                        break
        for key, vector in self._later.items():
            if key in among and len(vector) == len(question) and (cosine := float(vector @ question)) >= least:
                found.append((key, cosine))
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:count]

    def of(self, wanted: int) -> Matrix | None:
        """Return the vector of one document, or None when it has none."""
        if wanted in self._later:
            return self._later[wanted]
        if wanted in self._replaced:
            return None
        place = np.flatnonzero(self._ids == wanted)
        return self._matrix[int(place[0])] if len(place) else None
