"""What changed between two versions of an item, field by field and word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final

from contributions.desk.item_fields import FieldValue, values_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.models import ContentItem
    from contributions.registry import SubmissionType

#: Beyond so many words of all changed fields together, a field is shown whole as it was and as it is.
MOST_WORDS: Final = 20_000
#: Comparing words takes time by the product of the two lengths; beyond this, paragraphs are compared.
_MOST_WORDS_OF_FIELD: Final = 3_000
# A word, or a sign, with the space before it, so that the parts put together are the text again.
_WORD: Final = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")
_PARAGRAPH: Final = re.compile(r"[^\n]*\n+|[^\n]+")

SAME, ADDED, REMOVED = "=", "+", "-"
Change = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that differs: ``changes`` are (sign, text) in reading order; "=" and "-" make up what was before."""

    field: str
    label: str
    before: str
    after: str
    changes: tuple[Change, ...]
    language: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the difference as JSON."""
        return {
            "field": self.field,
            "label": self.label,
            "before": self.before,
            "after": self.after,
            "changes": [list(change) for change in self.changes],
        }


def differences(kind: "SubmissionType", before: "ContentItem", after: "ContentItem") -> list[FieldDifference]:
    """Return the fields that differ, in the order of the form; what only one version has comes last."""
    former = {value.name: value for value in values_of(kind, before)}
    latter = {value.name: value for value in values_of(kind, after)}
    found: list[FieldDifference] = []
    left = MOST_WORDS
    for name in [*latter, *(name for name in former if name not in latter)]:
        some = latter.get(name) or former[name]
        old, new = _text(former.get(name)), _text(latter.get(name))
        if old == new:
            continue
        cost = len(old.split()) + len(new.split())
        changes = compare(old, new) if cost <= left else whole(old, new)
        left = max(0, left - cost)
        found.append(FieldDifference(name, some.label, old, new, changes, some.language))
    return found


def _text(value: FieldValue | None) -> str:
    return value.text if value is not None else ""


def compare(old: str, new: str) -> tuple[Change, ...]:
    """Return what was kept, removed and added, by words, or by paragraphs where the texts are long."""
    words_old, words_new = _WORD.findall(old), _WORD.findall(new)
    if len(words_old) + len(words_new) > _MOST_WORDS_OF_FIELD:
        words_old, words_new = _PARAGRAPH.findall(old), _PARAGRAPH.findall(new)
        if len(words_old) + len(words_new) > _MOST_WORDS_OF_FIELD:
            return whole(old, new)
    return tuple(_changes(words_old, words_new))


def whole(old: str, new: str) -> tuple[Change, ...]:
    """Return the whole text as it was, and as it is."""
    return tuple((sign, text) for sign, text in ((REMOVED, old), (ADDED, new)) if text)


def _changes(old: "Sequence[str]", new: "Sequence[str]") -> list[Change]:
    # With its heuristic for frequent words the time stays within bounds, whatever the texts repeat.
    matcher = SequenceMatcher(None, old, new, autojunk=True)
    found: list[Change] = []
    for sign, start_old, end_old, start_new, end_new in matcher.get_opcodes():
        removed, added = "".join(old[start_old:end_old]), "".join(new[start_new:end_new])
        if sign == "equal":
            found.append((SAME, added))
            continue
        found += whole(removed, added)
    return found
