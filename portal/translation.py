"""Which fields of the pages exist in English, French and German."""

from typing import ClassVar

from modeltranslation.translator import TranslationOptions, register

from core.pages import TRANSLATED_FIELDS
from portal.models import HomePage, StaticPage


@register(HomePage)
class HomePageTranslation(TranslationOptions):
    """The home page's texts."""

    fields: ClassVar[tuple[str, ...]] = TRANSLATED_FIELDS
    required_languages: ClassVar[dict[str, list[str] | tuple[str, ...]]] = {
        "en": ("heading",),
        "fr": ("heading",),
        "de": ("heading",),
    }


@register(StaticPage)
class StaticPageTranslation(TranslationOptions):
    """A static page's texts."""

    fields: ClassVar[tuple[str, ...]] = (*TRANSLATED_FIELDS, "body")
    required_languages: ClassVar[dict[str, list[str] | tuple[str, ...]]] = {
        "en": ("heading",),
        "fr": ("heading",),
        "de": ("heading",),
    }
