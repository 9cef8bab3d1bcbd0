"""What the public may know of a contributor: nothing that the person has not chosen to show, each thing apart."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Value
from django.urls import reverse
from django.utils.translation import get_language

from content.registry import kinds
from content.terms import read_codes
from core.addresses import absolute
from core.structured_data import as_jsonld
from taxonomy.catalogue import get_catalogue

if TYPE_CHECKING:
    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise

    from accounts.models import User
    from content.models import ContentItem

PER_PAGE = 20


def has_public_page(user: "User | None") -> bool:
    """Whether the person has chosen to have a public page, and is still here under a name."""
    return (
        user is not None
        and user.public_page
        and user.is_active
        and user.erased_at is None
        and bool(user.get_full_name())
    )


def public_address(user: "User | None") -> str:
    """Return the address of the person's public page in the active language; empty when there is none."""
    if user is None or not has_public_page(user):
        return ""
    return reverse("contributions:contributor", args=[user.pk])


@dataclass(frozen=True, slots=True)
class PublicContributor:
    """A contributor as everybody may see them; what is empty is not shown."""

    key: int
    name: str
    organisation: str
    country: str
    languages: list[str]
    about: str

    def jsonld(self) -> "SafeString":
        """Return the person as schema.org describes one."""
        address = absolute(reverse("contributions:contributor", args=[self.key]))
        return as_jsonld(
            {
                "@context": "https://schema.org",
                "@type": "Person",
                "@id": address,
                "url": address,
                "name": self.name,
                "affiliation": {"@type": "Organization", "name": self.organisation} if self.organisation else None,
                "homeLocation": {"@type": "Country", "name": self.country} if self.country else None,
                "knowsLanguage": self.languages,
                "description": self.about,
            }
        )


def public_contributor(user: "User") -> PublicContributor:
    """Return what of ``user``, who has a public page, is shown on it."""
    catalogue = get_catalogue()
    languages = user.languages if user.show_languages and isinstance(user.languages, list) else []
    return PublicContributor(
        key=user.pk,
        name=user.get_full_name(),
        organisation=user.organisation if user.show_organisation else "",
        country=str(user.country.name) if user.show_country and user.country is not None else "",
        languages=[catalogue.label("languages", str(code)) for code in languages],
        about=user.about if user.show_about else "",
    )


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """A line of the page."""

    item: "ContentItem"
    kind: "StrOrPromise"
    title: str
    title_lang: str


def published_items(user: "User", number: Any) -> "Page[Any]":
    """Return one page of what the person has contributed and is public, of every kind, the latest first."""
    rows = [
        model._default_manager.published()
        .filter(contributor_id=user.pk)
        .order_by()
        .annotate(kind_code=Value(code, CharField()))
        .values_list("kind_code", "pk", "first_published_at")
        for code, model in kinds().items()
    ]
    first, *others = rows
    everything = first.union(*others, all=True) if others else first
    page = Paginator(everything.order_by("-first_published_at", "kind_code", "-pk"), PER_PAGE).get_page(number)
    page.object_list = _items(list(page.object_list))
    return page


def _items(keys: "list[tuple[str, int, Any]]") -> list[PublishedItem]:
    found: dict[tuple[str, int], ContentItem] = {}
    for code, model in kinds().items():
        wanted = [key for kind, key, _at in keys if kind == code]
        if wanted:
            items = list(model._default_manager.published().filter(pk__in=wanted))
            read_codes(items)
            found |= {(code, item.pk): item for item in items}
    return [_line(found[kind, key]) for kind, key, _at in keys if (kind, key) in found]


def _line(item: "ContentItem") -> PublishedItem:
    language = (get_language() or "en")[:2]
    title, title_lang = item.title_for(language)
    return PublishedItem(item, type(item)._meta.verbose_name or "", title, title_lang if title_lang != language else "")
