"""What a sent step does: it is always kept, unless two windows changed the same field in different ways."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from contributions.errors import ConflictError, RefusedError
from contributions.forms import typed
from contributions.merging import fingerprint, merge, read_shown
from contributions.services import drafts
from core.languages import CODES

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User
    from contributions.models import Contribution
    from contributions.registry import Step

#: Four long texts and everything around them are far below this; a draft is no place for books.
_MOST_SIGNS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sent step: ``refusal`` says why nothing was saved, ``clashes`` names the fields to decide on."""

    contribution: "Contribution"
    values: dict[str, Any]
    refusal: str = ""
    clashes: tuple[str, ...] = ()

    @property
    def saved(self) -> bool:
        """Whether what was typed is stored."""
        return not self.refusal


def save_step(user: "User", contribution: "Contribution", step: "Step", data: "QueryDict") -> Outcome:
    """Store what was typed into ``step``, with what another window has changed meanwhile in other fields."""
    raw = typed(step.form, data)
    if data.get("confirm-language") in CODES:
        raw["language"] = data["confirm-language"]
    if len(json.dumps(raw)) > _MOST_SIGNS:
        return Outcome(contribution, raw, _("This is too long to be saved. Please shorten it."))
    for name in raw:
        if data.get(f"take-{name}") == "theirs":
            raw[name] = contribution.data.get(name, "")
    base = read_shown(data.get("base", ""))
    version = _number(data.get("version", ""))
    try:
        return _store(user, contribution, raw, base, version)
    except ConflictError:
        # Somebody was faster by a blink: once more, with what is stored now.
        contribution = drafts.own(user, contribution.pk)
    except RefusedError as error:
        return Outcome(contribution, raw, " ".join(error.messages))
    try:
        return _store(user, contribution, raw, base, version)
    except ConflictError as error:
        held = drafts.own(user, contribution.pk)
        clashes = tuple(name for name in raw if fingerprint(raw[name]) != fingerprint(held.data.get(name)))
        return Outcome(held, raw, " ".join(error.messages), clashes)
    except RefusedError as error:
        return Outcome(contribution, raw, " ".join(error.messages))


def _store(
    user: "User", contribution: "Contribution", raw: dict[str, Any], base: dict[str, str], version: int
) -> Outcome:
    merged = merge(raw, contribution.data, base)
    if merged.clashes:
        message = _("Another window has saved this page meanwhile. Nothing is lost: compare, choose, and save again.")
        return Outcome(contribution, merged.values, message, merged.clashes)
    seen = contribution.version if base else version
    saved = drafts.save(user=user, key=contribution.pk, raw=merged.values, version=seen)
    return Outcome(saved, merged.values)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
