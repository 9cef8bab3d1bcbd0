"""Suffix strippers for languages that Snowball lacks: Bulgarian, Latvian, Slovenian, Maltese.

Bulgarian follows J. Savoy's "Searching Strategies for the Bulgarian Language", Latvian K. Kreslins' "A stemming
algorithm for Latvian"; both are the rules that Lucene uses too. Slovenian is our own short list of case endings.
Maltese has no suffix rules, only the particles that are stop words.
"""

import re
from typing import Final

_MIN: Final = 3


def bulgarian(word: str) -> str:
    """Return the stem of a Bulgarian word: article, plural, then the last vowel."""
    if len(word) < 4:
        return word
    word = _bulgarian_plural(_bulgarian_article(word))
    if len(word) > 3:
        word = word.removesuffix("я")
        if word[-1] in "аое":
            word = word[:-1]
    if len(word) > 4 and word.endswith("ен"):
        word = word[:-2] + "н"
    if len(word) > 5 and word[-2] == "ъ":
        word = word[:-2] + word[-1]
    return word


def _bulgarian_article(word: str) -> str:
    if len(word) > 6 and word.endswith("ият"):
        return word[:-3]
    if len(word) > 5 and word.endswith(("ът", "то", "те", "та")):
        word = word[:-2]
    if len(word) > 5 and word.endswith("ия"):
        # "интеграция" and "българския": the noun's own ending goes the same way as the article
        return word[:-2]
    if len(word) > 4 and word.endswith("ят"):
        return word[:-2]
    return word


# (shortest word, plural ending, what stands there in the singular)
_BULGARIAN: Final[tuple[tuple[int, str, str], ...]] = (
    (7, "овци", "о"),
    (7, "ове", ""),
    (7, "еве", "й"),
    (6, "ища", ""),
    (6, "ище", ""),
    (6, "та", ""),
    (6, "ии", ""),
    # "бежанци" is the plural of "бежанец", "езици" that of "език".
    (6, "нци", "нец"),
    (6, "лци", "лец"),
    (5, "ци", "к"),
    (5, "зи", "г"),
    (5, "си", "х"),
)


def _bulgarian_plural(word: str) -> str:
    for length, ending, singular in _BULGARIAN:
        if len(word) >= length and word.endswith(ending):
            return word[: -len(ending)] + singular
    if len(word) > 5 and word[-3] == "е" and word[-1] == "и":
        return word[:-3] + "я" + word[-2]
    return word[:-1] if len(word) > 3 and word.endswith("и") else word


_LATVIAN_VOWELS: Final = re.compile("[aāeēiīouū]")
# (ending, vowels that must be left over in the word, whether the consonant before it was softened)
_LATVIAN: Final[tuple[tuple[str, int, bool], ...]] = (
    ("ajiem", 3, False),
    ("ajai", 3, False),
    ("ajam", 2, False),
    ("ajām", 2, False),
    ("ajos", 2, False),
    ("ajās", 2, False),
    ("iem", 2, True),
    ("ajā", 2, False),
    ("ais", 2, False),
    ("ai", 2, False),
    ("ei", 2, False),
    ("ām", 1, False),
    ("am", 1, False),
    ("ēm", 1, False),
    ("īm", 1, False),
    ("im", 1, False),
    ("um", 1, False),
    ("us", 1, True),
    ("as", 1, False),
    ("ās", 1, False),
    ("es", 1, False),
    ("os", 1, True),
    ("ij", 1, False),
    ("īs", 1, False),
    ("ēs", 1, False),
    ("is", 1, False),
    ("ie", 1, False),
    ("u", 1, True),
    ("a", 1, True),
    ("i", 1, True),
    ("e", 1, False),
    ("ā", 1, False),
    ("ē", 1, False),
    ("ī", 1, False),
    ("ū", 1, False),
    ("o", 1, False),
    ("s", 0, False),
    ("š", 0, False),
)
_LATVIAN_SOFT: Final[tuple[tuple[str, str], ...]] = (
    ("pj", "p"),
    ("bj", "b"),
    ("mj", "m"),
    ("vj", "v"),
    ("šņ", "sn"),
    ("žņ", "zn"),
    ("šļ", "sl"),
    ("žļ", "zl"),
    ("ļņ", "ln"),
    ("ļļ", "ll"),
    ("č", "c"),
    ("ļ", "l"),
    ("ņ", "n"),
)


def latvian(word: str) -> str:
    """Return the stem of a Latvian word: one case ending off, the consonant before it hardened."""
    vowels = len(_LATVIAN_VOWELS.findall(word))
    for ending, count, softened in _LATVIAN:
        if vowels > count and len(word) >= len(ending) + _MIN and word.endswith(ending):
            stem = word[: -len(ending)]
            return _harden(stem) if softened or ending == "i" else stem
    return word


def _harden(stem: str) -> str:
    for soft, hard in _LATVIAN_SOFT:
        if stem.endswith(soft):
            return stem[: -len(soft)] + hard
    return stem


_SLOVENIAN: Final[tuple[str, ...]] = (
    "ema",
    "oma",
    "ama",
    "ima",
    "ami",
    "imi",
    "ega",
    "emu",
    "ih",
    "im",
    "em",
    "om",
    "am",
    "ah",
    "ov",
    "ev",
    "a",
    "e",
    "i",
    "o",
    "u",
)


def slovenian(word: str) -> str:
    """Return the stem of a Slovenian word: case endings off, twice at most, and the fleeting vowel of "-ec"."""
    if word.endswith("tev") and len(word) > 5:
        # "zaposlitev", "zaposlitve"
        return word[:-2] + "v"
    for _turn in range(2):
        for ending in _SLOVENIAN:
            if len(word) >= len(ending) + _MIN and word.endswith(ending):
                word = word[: -len(ending)]
                break
        else:
            break
    if len(word) > 4 and word.endswith("ec"):
        return word[:-2] + "c"
    return word


def unchanged(word: str) -> str:
    """Return ``word``: a language without suffix rules."""
    return word
