"""Text as people write it: counting words as a reader would, paragraphs, clean input."""

import re
import unicodedata
from typing import Final

# Scripts written without spaces: every character counts as a word, as word processors count them.
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# A dash between words separates them even without spaces around it; a hyphen or apostrophe never does.
_SEPARATOR: Final = re.compile(r"[\s\u2014\u2026]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\u200b\ud800-\udfff\ufffe\uffff]")
# Word processors paste vertical tabs and Unicode's own separators where a line ends.
_LINE_END: Final = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028]")


def count_words(text: str) -> int:
    """Return how many words a reader would count in ``text``.

    A word is what stands between spaces (or em dashes) and holds at least one letter or digit: "l'intégration",
    "follow-up" and "1,200" are one word each, a lone dash or bullet is none. Characters of scripts without spaces
    count one each. ``core/static/core/word-counter.js`` counts the same way; both are tested on one table.
    """
    unspaced = len(_UNSPACED.findall(text))
    spaced = _UNSPACED.sub(" ", text)
    return unspaced + sum(
        1 for part in _SEPARATOR.split(spaced) if any(unicodedata.category(char)[0] in "LN" for char in part)
    )


def clean_text(text: str) -> str:
    """Return ``text`` in Unicode NFC with one kind of line end and without control characters."""
    unified = _LINE_END.sub("\n", text).replace("\u2029", "\n\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", unified)).strip()


def one_line(text: str, limit: int = 0) -> str:
    """Return ``text`` with all white space folded to single spaces, cut at a word end after ``limit`` characters."""
    folded = " ".join(text.split())
    if not limit or len(folded) <= limit:
        return folded
    return folded[:limit].rsplit(" ", 1)[0][: limit - 1].rstrip(" ,;:.–-") + "…"


class TextBlock:
    """A paragraph, or a list of short lines, of a plain-text field; ``items`` is empty for a paragraph."""

    __slots__ = ("items", "lines")

    def __init__(self, lines: list[str], items: list[str]) -> None:
        self.lines = lines
        self.items = items


def text_blocks(text: str) -> list[TextBlock]:
    """Split plain text at blank lines into paragraphs; lines beginning with "- " become one list.

    Contributors write plain text, never HTML; this is all the structure the template needs.
    """
    blocks: list[TextBlock] = []
    for chunk in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        items = [line[2:].strip() for line in lines if line[:2] in {"- ", "• ", "* "}]
        if items and len(items) == len(lines):
            blocks.append(TextBlock([], items))
        elif lines:
            blocks.append(TextBlock(lines, []))
    return blocks
