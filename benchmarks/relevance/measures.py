"""What a ranking is worth: nDCG with grades, success at the top, intervals over topics."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float64]

DEPTH: Final = 10
_RESAMPLES: Final = 2_000
_SEED: Final = 20_250_101
_SHARE: Final = (2.5, 97.5)


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1.0) / math.log2(place + 2) for place, grade in enumerate(grades))


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Return the nDCG of ``ranked`` (uids, the best first), from 0 to 1; what has no grade is worth nothing.

    Raises ValueError when nothing at all could be found: then no ranking is good or bad.
    """
    best = _gain(sorted(grades.values(), reverse=True)[:depth])
    if not best:
        message = "there is nothing to be found"
        raise ValueError(message)
    return _gain([grades.get(uid, 0) for uid in ranked[:depth]]) / best


def success(ranked: Sequence[str], grades: Mapping[str, int], least: int, depth: int) -> float:
    """Return 1 when one of the first ``depth`` has the grade ``least`` or more, else 0."""
    return float(any(grades.get(uid, 0) >= least for uid in ranked[:depth]))


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


def estimate(table: Table) -> Estimate:
    """Return the mean over all queries, with the bootstrap interval over topics.

    ``table`` has a row for each topic and a column for each language; NaN where there was nothing to measure. Whole
    topics are drawn, because the same need in eight languages is not eight needs.
    """
    drawn = np.random.default_rng(_SEED).integers(0, len(table), (_RESAMPLES, len(table)))
    sums: Any = np.nansum(table, axis=1)[drawn].sum(axis=1)
    counts: Any = np.isfinite(table).sum(axis=1)[drawn].sum(axis=1)
    low, high = np.percentile(sums / np.maximum(counts, 1), _SHARE)
    return Estimate(float(np.nanmean(table)), float(low), float(high))
