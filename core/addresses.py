"""Addresses: the same page in another language, absolute addresses, address lists for search engines."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def in_language(path: str, language: str) -> str:
    """Return ``path`` ("/en/about/?q=a") with the prefix of ``language``; slugs are the same in every language.

    A path without a language keeps its form.
    """
    parts = path.split("/", 2)
    if len(parts) < 2 or parts[0] != "" or parts[1] not in dict(settings.LANGUAGES):
        return path
    return "/".join(["", language, *parts[2:]])


def without_language(path: str) -> str:
    """Return ``path`` without its language prefix: "/en/about/" becomes "/about/"."""
    parts = path.split("/", 2)
    if len(parts) > 2 and parts[0] == "" and parts[1] in dict(settings.LANGUAGES):
        return "/" + parts[2]
    return path


def absolute(path: str) -> str:
    """Return the full address of ``path`` on this portal."""
    return path if urlsplit(path).scheme else f"{settings.BASE_URL}{path}"


def alternates(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the address of the page at hand in each language, as {"lang_code", "name", "url", "current"}."""
    here = request.get_full_path()
    active = request.path.split("/", 2)[1] if request.path.count("/") > 1 else settings.LANGUAGE_CODE
    return [
        {"lang_code": code, "name": name, "url": in_language(here, code), "current": code == active}
        for code, name in settings.LANGUAGES
    ]
