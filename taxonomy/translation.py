"""Which fields of the vocabulary exist in English, French and German."""

from typing import ClassVar

from modeltranslation.translator import TranslationOptions, register

from taxonomy.models import Country, DocumentType, Language, OrganisationType, TargetGroup, Theme, Topic


@register([Topic, Country, Language, TargetGroup, OrganisationType, DocumentType])
class TermTranslation(TranslationOptions):
    """Every term has a name in each language of the interface."""

    fields: ClassVar[tuple[str, ...]] = ("name",)
    required_languages: ClassVar[tuple[str, ...]] = ("en", "fr", "de")


@register(Theme)
class ThemeTranslation(TranslationOptions):
    """Themes are also described."""

    fields: ClassVar[tuple[str, ...]] = ("name", "description")
    required_languages: ClassVar[tuple[str, ...]] = ("en", "fr", "de")
