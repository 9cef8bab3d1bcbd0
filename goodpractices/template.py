"""The common template: its sections in order, their word limits, and how a text is held against them.

Source: the collection form of 2008 for the European Web Site on Integration (ASGI's copy), fields 1 to 11; fields 12
and later follow the published records.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.text import count_words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class WordLimit:
    """How many words a section may have; 0 as the least means that there is only an upper limit."""

    least: int
    most: int

    def describe(self) -> str:
        """The limit in words: "75–100 words" or "at most 40 words"."""
        if self.least:
            return _("%(least)d–%(most)d words") % {"least": self.least, "most": self.most}
        return ngettext("at most %(most)d word", "at most %(most)d words", self.most) % {"most": self.most}

    def problem(self, label: "str | _StrPromise | Promise", text: str) -> str | None:
        """What is wrong with the length of ``text``, naming section, count and limit; None when nothing is."""
        count = count_words(text)
        values = {"label": label, "count": count, "least": self.least, "most": self.most}
        if count > self.most:
            return (
                ngettext(
                    "%(label)s: %(count)d word, at most %(most)d.",
                    "%(label)s: %(count)d words, at most %(most)d.",
                    count,
                )
                % values
            )
        if count < self.least:
            return (
                ngettext(
                    "%(label)s: %(count)d word, at least %(least)d.",
                    "%(label)s: %(count)d words, at least %(least)d.",
                    count,
                )
                % values
            )
        return None


#: The word limits of the template, by field.
WORD_LIMITS: Final[dict[str, WordLimit]] = {
    "title": WordLimit(0, 15),
    "summary": WordLimit(75, 100),
    "issue_and_goals": WordLimit(100, 150),
    "how_it_works": WordLimit(75, 100),
    "results": WordLimit(75, 100),
    "evaluation": WordLimit(0, 100),
    "who_benefits": WordLimit(0, 40),
    "funding": WordLimit(0, 100),
}

#: The sections of running text, in the template's order, with their headings.
SECTIONS: Final[tuple[tuple[str, "_StrPromise"], ...]] = (
    ("summary", gettext_lazy("Summary")),
    ("issue_and_goals", gettext_lazy("Issue, goals and assumptions")),
    ("how_it_works", gettext_lazy("How does it work?")),
    ("results", gettext_lazy("Results")),
    ("evaluation", gettext_lazy("Evaluation")),
    ("who_benefits", gettext_lazy("Who benefits?")),
    ("funding", gettext_lazy("Funding and resources")),
)

#: Fields without which a full record is not published.
REQUIRED_TEXTS: Final[tuple[str, ...]] = tuple(name for name, _heading in SECTIONS)
