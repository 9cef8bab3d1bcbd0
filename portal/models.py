"""The home page, the sections that are lists of items, and the static pages."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page

from core import cache
from core.blocks import BodyBlock
from core.pages import TRANSLATED_FIELDS, TranslatedPageMixin, page_edit_handler

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class HomePage(TranslatedPageMixin, Page):
    """The front door."""

    edit_handler = page_edit_handler(*TRANSLATED_FIELDS)
    template = "portal/home.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: "HttpRequest", *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the bands of the home page, each from its registered slot."""
        from portal.home import home_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **home_context(request)}

    def serve(self, request: "HttpRequest", *args: Any, **kwargs: Any) -> "HttpResponse":
        """Serve the page and say that it shows lists, so that a publication renews it."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        cache.shows(response, [cache.LISTS])
        return response


class StaticPage(TranslatedPageMixin, Page):
    """A page of running text: about, criteria, questions, legal notice."""

    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    edit_handler = page_edit_handler(*TRANSLATED_FIELDS, "body")
    template = "portal/static_page.html"
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage", "portal.StaticPage"]
    subpage_types: ClassVar[list[str]] = ["portal.StaticPage"]

    class Meta:
        verbose_name = _("static page")
