"""Which fields of the criteria exist in English, French and German."""

from typing import ClassVar

from modeltranslation.translator import TranslationOptions, register

from core.pages import TRANSLATED_FIELDS
from goodpractices.models import Criterion, GoodPracticeIndexPage


@register(Criterion)
class CriterionTranslation(TranslationOptions):
    """Criteria are published in every language of the interface."""

    fields: ClassVar[tuple[str, ...]] = ("name", "explanation")
    required_languages: ClassVar[dict[str, list[str] | tuple[str, ...]]] = {
        "en": ("name",),
        "fr": ("name",),
        "de": ("name",),
    }


@register(GoodPracticeIndexPage)
class GoodPracticeIndexPageTranslation(TranslationOptions):
    """The section's own texts."""

    fields: ClassVar[tuple[str, ...]] = TRANSLATED_FIELDS
