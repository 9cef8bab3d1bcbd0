"""One page tree, three languages: what every structural page shares.

The texts live in fields per language (django-modeltranslation); ``Page.title`` stays Wagtail's own and mirrors the
English heading, so that editors see one title. Slugs are the same in the three languages.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel, PublishingPanel, TabbedInterface

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

LANGUAGES: tuple[str, ...] = settings.MODELTRANSLATION_LANGUAGES
TRANSLATED_FIELDS: tuple[str, ...] = ("heading", "menu_label", "intro", "meta_description")


class TranslatedPageMixin(models.Model):
    """A page whose heading, menu label, introduction and description exist in each language of the interface."""

    heading = models.CharField(_("heading"), max_length=160)
    menu_label = models.CharField(_("menu label"), max_length=60, blank=True)
    intro = models.TextField(_("introduction"), blank=True)
    meta_description = models.CharField(_("description for search engines"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def _mirror_title(self) -> None:
        heading = getattr(self, "heading_en", "")
        if heading:
            self.title = heading

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Keep Wagtail's title equal to the English heading, then clean as usual."""
        self._mirror_title()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        """The same for drafts, which Wagtail cleans less."""
        self._mirror_title()
        super().minimal_clean()  # type: ignore[misc]  # Page has it

    def get_admin_display_title(self) -> str:
        """The heading in the editor's language."""
        return self.heading or str(super().get_admin_display_title())  # type: ignore[misc]  # Page has it

    @property
    def label(self) -> str:
        """What menus and breadcrumbs call the page."""
        return self.menu_label or self.heading

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """One preview per language of the interface, whatever language the editor works in."""
        return [(code, str(name)) for code, name in settings.LANGUAGES]

    def serve_preview(self, request: "HttpRequest", mode_name: str) -> "HttpResponseBase":
        """Show the page in the language of the chosen mode."""
        with translation.override(mode_name or settings.LANGUAGE_CODE):
            response: Any = super().serve_preview(request, "")  # type: ignore[misc]  # Page has it
            if hasattr(response, "render"):
                # A template response renders late, after the override is gone.
                response.render()
        return response  # type: ignore[no-any-return]  # Wagtail has no types

    def alternates(self, request: "HttpRequest | None" = None) -> list[dict[str, str]]:
        """The page's address in each language, as {"lang_code", "location"}."""
        found: list[dict[str, str]] = []
        for code in LANGUAGES:
            with translation.override(code):
                location = self.get_full_url(request)  # type: ignore[attr-defined]  # Page has it
                found.append({"lang_code": code, "location": location})
        return found

    def get_sitemap_urls(self, request: "HttpRequest | None" = None) -> list[dict[str, Any]]:
        """One sitemap entry per language, each naming the others."""
        alternates = self.alternates(request)
        default = {"lang_code": "x-default", "location": alternates[0]["location"]}
        changed = self.last_published_at  # type: ignore[attr-defined]  # Page has it
        return [
            {"location": entry["location"], "lastmod": changed, "alternates": [*alternates, default]}
            for entry in alternates
        ]


def panels_by_language(*fields: str) -> list[ObjectList]:
    """One tab per language with ``fields`` in that language."""
    names = {"en": _("English"), "fr": _("French"), "de": _("German")}
    return [ObjectList([FieldPanel(f"{field}_{code}") for field in fields], heading=names[code]) for code in LANGUAGES]


def page_edit_handler(*fields: str, settings_panels: list[Panel] | None = None) -> TabbedInterface:
    """The editor's form of a translated page: a tab per language, then address and publication."""
    common = ObjectList(
        [
            MultiFieldPanel([FieldPanel("slug"), FieldPanel("show_in_menus")], heading=_("Address and menu")),
            *(settings_panels or []),
            PublishingPanel(),
        ],
        heading=_("Settings"),
    )
    return TabbedInterface([*panels_by_language(*fields), common])
