"""docs/relevance.md: what was measured, how the judgements were made, and what falls short."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from benchmarks.relevance.asking import Scores, Variant
from benchmarks.relevance.measures import Table, estimate
from benchmarks.relevance.topics import LANGUAGES, SQUARELY, Topic

if TYPE_CHECKING:
    from search.types import SearchDocument

Measured = Mapping[str, Mapping[Variant, Scores]]

#: Goals, all on the held-out half.
SAME_MEAN: Final = 0.85
SAME_LEAST: Final = 0.70
ACROSS_MEAN: Final = 0.60
ACROSS_TIMES: Final = 4.0
SUCCESS: Final = 0.75


#: The judgements as they were written before any search, and with those that came afterwards.
FIRST: Final = "first judgements"
COMPLETED: Final = "completed judgements"


def _squarely(topics: Sequence[Topic]) -> npt.NDArray[np.bool_]:
    """Return where an item in the query's language is squarely what is asked for: topics x languages."""
    return np.array([[SQUARELY in topic.grades(of=language).values() for language in LANGUAGES] for topic in topics])


def _columns(topics: Sequence[Topic]) -> tuple[tuple[str, Callable[[Scores], Table]], ...]:
    return (
        ("same language", lambda scores: scores.same),
        ("same, squarely", lambda scores: np.where(_squarely(topics), scores.same, np.nan)),
        ("across", lambda scores: scores.across),
        ("success@3 across", lambda scores: scores.success),
        ("mix", lambda scores: scores.mix),
        ("own language in the mix", lambda scores: scores.own_share),
    )


_WORST: Final = 10


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _heading(*cells: str) -> list[str]:
    return [_row(*cells), f"|{'---|' * len(cells)}"]


def _places(topics: Sequence[Topic], *, held_out: bool) -> list[int]:
    return [place for place, topic in enumerate(topics) if topic.held_out is held_out]


def _told(table: Table) -> str:
    if not np.isfinite(table).any():
        return "–"
    found = estimate(table)
    return f"{found.mean:.2f} ({found.low:.2f}–{found.high:.2f})"


def _summary(measured: Measured, topics: Sequence[Topic], places: list[int]) -> list[str]:
    columns = _columns(topics)
    lines = _heading("engine", "by", *(name for name, _table in columns))
    for engine, variants in measured.items():
        for variant, scores in variants.items():
            lines.append(_row(engine, variant, *(_told(table(scores)[places]) for _name, table in columns)))
    return lines


def _by_language(scores: Scores, topics: Sequence[Topic], places: list[int]) -> list[str]:
    columns = _columns(topics)
    lines = _heading("language", *(name for name, _table in columns))
    for column, language in enumerate(LANGUAGES):
        cells = [np.nanmean(table(scores)[places, column]) for _name, table in columns]
        lines.append(_row(language, *(f"{cell:.2f}" for cell in cells)))
    return lines


def least_same(scores: Scores, places: list[int]) -> tuple[float, str]:
    """Return the lowest same-language mean of any language, and which language that is."""
    means = np.nanmean(scores.same[places], axis=0)
    column = int(np.argmin(means))
    return float(means[column]), LANGUAGES[column]


def _goals(measured: Measured, places: list[int]) -> list[str]:
    lines = _heading("engine", "goal", "measured", "")
    for engine, variants in measured.items():
        if not {Variant.BOTH, Variant.BASELINE} <= set(variants):
            continue
        both, baseline = variants[Variant.BOTH], variants[Variant.BASELINE]
        least, language = least_same(both, places)
        across = float(np.nanmean(both.across[places]))
        times = across / max(float(np.nanmean(baseline.across[places])), 1e-9)
        for goal, value, enough, told in (
            (f"same language ≥ {SAME_MEAN:.2f}", float(np.nanmean(both.same[places])), SAME_MEAN, ""),
            (f"same language, no language < {SAME_LEAST:.2f}", least, SAME_LEAST, f" ({language})"),
            (f"across ≥ {ACROSS_MEAN:.2f}", across, ACROSS_MEAN, ""),
            (f"across ≥ {ACROSS_TIMES:.0f} times words without thesaurus", times, ACROSS_TIMES, " times"),
            (f"success@3 across ≥ {SUCCESS:.2f}", float(np.nanmean(both.success[places])), SUCCESS, ""),
        ):
            lines.append(_row(engine, goal, f"{value:.2f}{told}", "met" if value >= enough else "**missed**"))
    return lines


def _worst(scores: Scores, topics: Sequence[Topic], places: list[int]) -> list[str]:
    lines = _heading("topic", "across", "same language")
    for place in sorted(places, key=lambda place: float(np.nanmean(scores.across[place])))[:_WORST]:
        topic = topics[place]
        across, same = (float(np.nanmean(table[place])) for table in (scores.across, scores.same))
        lines.append(_row(f"{topic.number}. {topic.subject}", f"{across:.2f}", f"{same:.2f}"))
    return lines


def _best(variants: Mapping[Variant, Scores]) -> tuple[Scores, Variant]:
    """Return what the portal does, with or without a model."""
    variant = Variant.BOTH if Variant.BOTH in variants else Variant.WORDS
    return variants[variant], variant


def _part(which: str, measured: Measured, topics: Sequence[Topic]) -> list[str]:
    """Return the tables by one set of judgements."""
    held_out, tuned = _places(topics, held_out=True), _places(topics, held_out=False)
    named = which[0].upper() + which[1:]
    lines = [f"## {named}: goals, on the held-out half", "", *_goals(measured, held_out), ""]
    lines += [f"## {named}: held-out half", "", *_summary(measured, topics, held_out), ""]
    for engine, variants in measured.items():
        best, variant = _best(variants)
        lines += [f"### {engine}, {variant}, by language, {which}", "", *_by_language(best, topics, held_out), ""]
    lines += [f"## {named}: tuning half", "", *_summary(measured, topics, tuned), ""]
    engine, variants = next(iter(measured.items()))
    title = f"## {named}: the lowest held-out topics, {engine}"
    return [*lines, title, "", *_worst(_best(variants)[0], topics, held_out), ""]


def page(
    measured: Mapping[str, Measured], judgements: Mapping[str, Sequence[Topic]], documents: "Sequence[SearchDocument]"
) -> str:
    """Return the page of results; ``measured`` and ``judgements`` by the same names."""
    topics = judgements[FIRST]
    judged = sum(len(topic.items) for topic in topics)
    later = sum(len(topic.further) for topic in judgements[COMPLETED])
    fill = sorted({document.language for document in documents if not document.uid.startswith("judged-")})
    half = sum(topic.held_out for topic in topics)
    lines = [
        "# How good the search is",
        "",
        "`make relevance` writes this page.",
        "",
        f"- {dt.datetime.now(tz=dt.UTC).date().isoformat()}; {len(topics)} topics,",
        f"  each as a query in {len(LANGUAGES)} languages ({', '.join(LANGUAGES)})",
        f"- {len(documents)} items: {judged} judged ones in 24 languages,",
        f"  the others generated in {len(fill)} ({', '.join(fill)})",
        f"- {half} topics (even numbers) held out, {len(topics) - half} (odd numbers) for tuning",
        f"- {judged} first judgements, {later} more that complete them",
        "",
        _MEASURES,
    ]
    for which, tables in measured.items():
        lines += _part(which, tables, judgements[which])
    return "\n".join([*lines, _JUDGEMENTS])


_MEASURES: Final = """Measured is nDCG@10 with the gains 7 (grade 3: squarely what is asked for) and 3 (grade 2:
in part), the mean over all queries, with 95 % intervals by bootstrap over topics (2,000 resamples).

- *Same language*: the list narrowed to the query's language, for the topics that have a judged item in it. By the
  first judgements that is one item each, so the figure tells at which place it stands; by the completed ones it may be
  dozens.
  *Same, squarely*: only where one is of grade 3.
- *Across*: narrowed to all other languages. *Success@3*: an item of grade 3 among the first three of these.
- *Mix*: nothing narrowed; the last column is the part of its first ten that is in the query's language.
- *Words, no thesaurus* is what a search without model or word lists would find; *words* adds the thesaurus; *meaning*
  goes by vectors alone; *both* is what the portal does. *Judged items alone* is a collection without generated ones.
"""

_JUDGEMENTS: Final = """## How the judgements were made, and what that is worth

- *First judgements*: one author wrote topics, queries, items and grades before any search was run on them. *Completed
  judgements*: afterwards the builder judged what the engines return though nobody had judged it; how, is told
  in benchmarks/relevance/README.md. One judge, who built the search, and no second opinion, in both.
- Judged items are sentences written for this purpose. Nobody who grew up with the smaller languages has read them.
- **This inflates the figures**: who writes an item and its query thinks of the same thing, even where the
  words differ on purpose; items are two or three clear sentences about one thing, which real practices are not. Every
  topic has an answer, and no query is misspelt or a single word.
- **This lowers the first ones**: whatever was not judged for a topic counts as not relevant, though some items answer
  two topics. The item in a query's own language is of grade 2 for a third of the topics: asked for only in part.
- **This lowers the completed ones**: a generated title names a subject ("Homework club for young refugees"), and it is
  judged by that; its summary is drawn by lot from some 30 sentences that have nothing to do with it. The vector, made
  of both, is mostly of the latter. An engine that is right about such a text finds it late. Real summaries fit their
  titles.
- Left out of the collection are generated items that are squarely what a topic asks for (language cafés, councils of
  migrants, welcome desks, interfaith dialogue). Generated ones carry terms drawn by lot, which match at random.

## Why the same language falls short of its goals

By the first judgements 96 queries in each half have one judged item in their language; 31 of them, in each half, do not
show it first (embedded engine, both). Looked at one by one on the tuning half, counted on both; one may be of several:

| what | tuning | held out |
|---|---|---|
| the item is of grade 2, asked for in part only | 17 of 32 | 20 of 32 |
| the item is of grade 3 | 14 of 64 | 11 of 64 |
| something above it answers the query and was not judged at first | 6 | 5 |
| a generated item comes first, often for the group or the place that the query names | 18 | 17 |
| what comes first was found by words | 8 | 14 |
| the item is not among the first ten | 18 | 13 |
| … because fewer than ten in that language are near enough (cosine ≥ .15) | 8 | 4 |

So holes in the judgements explain at most a fifth of it, and filling them does not raise the figure. What remains is
what a small model (118 million weights of 4 bits) makes of a short text: it reads the group better than the subject,
and puts "Legal advice for unaccompanied young people" before a foster family programme.

Tried on the tuning half, embedded engine (same language by the first / the completed judgements, across by the first;
without any change .749 / .529, .722) and not kept: no gain is more than .01, where the intervals are ± .08.

| change | same, first | same, completed | across, first |
|---|---|---|---|
| the nearest 50 of each language asked, beside the nearest 100 of all | .749 | .532 | .722 |
| the nearest 20 of every language beside them | .749 | .532 | .723 |
| the same with cosine ≥ .10 instead of .15 | .752 | .536 | .721 |
| the nearest 300 | .749 | .532 | .723 |
| single words count beside meaning, weight .1 | .739 | .521 | .726 |
| single words count beside meaning, weight .3 | .728 | .518 | .717 |
| single words in titles count, weight .1 | .752 | .532 | .722 |
| single words in titles count, weight .3 | .748 | .532 | .715 |
| words count 8 instead of 15 | .755 | .523 | .723 |
| words count 25 | .736 | .526 | .716 |
| words count nothing where only most are found (now a tenth) | .755 | .522 | .723 |
| they count three tenths there | .729 | .521 | .716 |
| the thesaurus counts twice as much | .749 | .529 | .721 |

By vectors alone (without change .758 / .510, .717): the title twice as heavy .735 / .525, .696; four times .687 / .527,
.625; the sentences a third as heavy beside the text as a whole .738 / .538, .692; twice as heavy .772 / .500, .724.
What helps one set of judgements harms the other. A larger model would be the next thing to try, if its time is
acceptable (this one takes 80 ms for a text).

- Generated items are alike: some 14 subjects in nine languages, for the same groups, with the same sentences in their
  texts. A group named in a query ("for young refugees") meets a dozen of them in each language. A real collection is
  more varied, and its items longer.
- Nothing was tuned on the held-out half: the constants in `search/ranking.py`, the engines' weights and how vectors are
  made of sentences were chosen on the other. Both halves have the same author, so neither is a foreign collection.
  The answers to held-out queries were seen when the judgements were completed; no constant was changed since.
"""
