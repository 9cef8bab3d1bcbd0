"""System checks of the settings that no other check would notice."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def brand_is_authorised(**kwargs: Any) -> list[CheckMessage]:
    """The marks of the European institutions need a written permission (OJ 2012/C 271/04)."""
    if settings.SITE_BRAND != "neutral" and not settings.BRAND_AUTHORISATION:
        return [
            Error(
                f"SITE_BRAND is {settings.SITE_BRAND} but BRAND_AUTHORISATION is empty.",
                hint="Put the text of the permission into BRAND_AUTHORISATION, or use the neutral brand.",
                id="portal.E001",
            )
        ]
    return []
