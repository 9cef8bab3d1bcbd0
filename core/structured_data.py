"""Structured data for search engines (schema.org, JSON-LD)."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.html import _json_script_escapes  # type: ignore[attr-defined]  # the table json_script uses
from django.utils.safestring import SafeString, mark_safe


def as_jsonld(data: Mapping[str, Any]) -> SafeString:
    """Return ``data`` without what is empty as JSON-LD, safe inside a script element."""
    text = json.dumps({key: value for key, value in data.items() if value}, ensure_ascii=False)
    # The same escapes that Django's json_script makes: nothing can close the element.
    return mark_safe(text.translate(_json_script_escapes))  # noqa: S308
