"""What the common template calls its fields and says about them, in three languages."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import lazy
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_HELP: Final = Path(__file__).resolve().parent / "data" / "template_help.json"


@cache
def _template_texts() -> dict[str, dict[str, dict[str, str]]]:
    texts: dict[str, dict[str, dict[str, str]]] = json.loads(_HELP.read_text("utf-8"))
    return texts


def _template_text(field: str, part: str) -> str:
    texts = _template_texts().get(field, {}).get(part, {})
    return texts.get((get_language() or "en")[:2]) or texts.get("en", "")


_lazy_text: Callable[[str, str], Any] = lazy(_template_text, str)


def label_of(field: str) -> "_StrPromise":
    """The template's name of ``field`` in the editor's language."""
    text: _StrPromise = _lazy_text(field, "label")
    return text


def help_of(field: str) -> "_StrPromise":
    """What the template says about ``field`` in the editor's language."""
    text: _StrPromise = _lazy_text(field, "help")
    return text
