"""The numbers by which results are found and ordered, the same for every engine; ``make relevance`` proves them."""

import math
from typing import Final

from search.analysis import grams

#: The part of the words that suffices when no document holds them all.
MOST_WORDS: Final = 0.7
#: The part of a word's runs of four letters that a title must share to count as the same word misspelt.
_ALIKE: Final = 0.6
_SHORTEST_MISSPELT: Final = 5
#: How many documents may be found by meaning alone, and how near they must at least be (cosine, centred vectors).
MEANING_AT_MOST: Final = 100
MEANING_LEAST: Final = 0.15
#: What a cosine of 1 adds to the score of words.
MEANING_WEIGHT: Final = 40.0
#: Beside meaning, what words count when only most of them are found: common words make poor witnesses then.
MOST_WORDS_WEIGHT: Final = 0.1
#: What a word said in other words or another language counts beside the word itself.
ABROAD_WEIGHT: Final = 0.4
#: A new item gains this much, one of this age (days) half of it.
FRESHNESS_WEIGHT: Final = 0.5
FRESHNESS_DAYS: Final = 540
#: What is left of the score of an item that is of the past.
PAST_FACTOR: Final = 0.5
#: Related items: what shared terms and likeness of meaning count.
RELATED_WEIGHTS: Final = {
    "topic": 3.0,
    "theme": 1.0,
    "target_group": 1.5,
    "country": 0.7,
    "type": 0.3,
    "language": 0.2,
}
RELATED_MEANING_WEIGHT: Final = 12.0


def gram_minimum(word: str) -> int:
    """Return how many of the word's runs of four letters a title must share; 0: too short to tell."""
    return max(2, math.ceil(len(grams(word)) * _ALIKE)) if len(word) >= _SHORTEST_MISSPELT else 0


def freshness(age_in_days: float) -> float:
    """Return what an item of that age gains; the same curve as Elasticsearch's distance_feature."""
    return FRESHNESS_WEIGHT * FRESHNESS_DAYS / (FRESHNESS_DAYS + abs(age_in_days))
