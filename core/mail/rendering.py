"""From a template to subject, text and HTML whose style stands on its elements, as mail programs want it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from core.text import clean_text

_INLINER: Final = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True, keep_style_tags=True)


@dataclass(frozen=True, slots=True)
class Rendered:
    """An e-mail as it will be read."""

    subject: str
    text: str
    html: str


def render(template: str, language: str, context: Mapping[str, Any]) -> Rendered:
    """Return ``<template>.subject.txt``, ``.txt`` and ``.html`` rendered in ``language``.

    The subject is one line without control characters, so that nothing typed by a person can begin a header; the
    bodies are without control characters, which PostgreSQL refuses in part.
    Raises TemplateDoesNotExist when one of the three is missing.
    """
    values = {**context, "base_url": settings.BASE_URL, "site_name": settings.SITE_NAME, "mail_language": language}
    with translation.override(language):
        subject = " ".join(clean_text(render_to_string(f"{template}.subject.txt", values)).split())[:300]
        text = clean_text(render_to_string(f"{template}.txt", values)) + "\n"
        html = clean_text(render_to_string(f"{template}.html", {**values, "subject": subject}))
    return Rendered(subject, _squeezed(text), _INLINER.inline(html))


def _squeezed(text: str) -> str:
    """Fold the empty lines that conditions leave behind in a plain text."""
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text
