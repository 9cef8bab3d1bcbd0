"""Two windows on one draft: what each changed is told apart field by field, by fingerprints of what it was shown."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

_LENGTH: Final = 12


def fingerprint(value: Any) -> str:
    """Return a short fingerprint of what stands in a field; nothing, an empty text and an empty list are the same."""
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False) if plain else ""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(str(part) for part in value if part not in {None, ""})
    # Browsers send the line ends of text boxes in their own way.
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def shown(values: dict[str, Any]) -> str:
    """Return what a form carries along to say what it showed: a fingerprint per field, as JSON."""
    return json.dumps({name: fingerprint(value) for name, value in values.items()})


def read_shown(text: str) -> dict[str, str]:
    """Return the fingerprints that a form brought back; none when it brought nonsense."""
    try:
        found = json.loads(text[:20_000])
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): value for name, value in found.items() if isinstance(value, str)}


@dataclass(frozen=True, slots=True)
class Merged:
    """What is to be kept of two windows: ``clashes`` are the fields that both have changed, in different ways."""

    values: dict[str, Any]
    clashes: tuple[str, ...]


def merge(typed: dict[str, Any], stored: dict[str, Any], base: dict[str, str]) -> Merged:
    """Return ``typed`` with what only another window has changed since this one was shown ``base``."""
    values: dict[str, Any] = {}
    clashes: list[str] = []
    for name, mine in typed.items():
        theirs, was = stored.get(name), base.get(name)
        if was is None or fingerprint(theirs) in {was, fingerprint(mine)}:
            values[name] = mine
        elif fingerprint(mine) == was:
            values[name] = "" if theirs is None else theirs
        else:
            values[name] = mine
            clashes.append(name)
    return Merged(values, tuple(clashes))
