"""What content items say of the people who contributed them, and how it is taken out."""

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from accounts.privacy import scrubbing
from accounts.privacy.registry import PersonalData, register, rows
from content.registry import kinds
from content.services import announce
from core.models import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from accounts.models import User
    from content.models import ContentItem

_BATCH = 100
_CREDIT = ("contributor_credit",)
#: Credits that may name the person among others.
_MENTIONS = ("photo_credit",)
#: What the download calls what it holds.
_TITLES = {
    "contributed": _("Contributed by you"),
    "contact_person": _("Naming you as the contact"),
    "pk": _("Number"),
}


def register_items(model: "type[ContentItem]") -> None:
    """Register a kind of content: its contributors, and the contact person where it has one."""
    register(
        PersonalData(
            code=f"items-{model._meta.model_name}",
            label=model._meta.verbose_name_plural or model.__name__,
            models=(model._meta.label,),
            export=partial(_export, model),
            titles=lambda: _TITLES,
            erase=partial(_erase, model),
            erase_rule="anonymise: published items stay, by “a former contributor” unless the person keeps the name",
        )
    )


def _contact_fields(model: "type[ContentItem]") -> tuple[str, ...]:
    return tuple(field.name for field in model._meta.fields if field.name in {"contact_name", "contact_email"})


def _with_contact(model: "type[ContentItem]", user: "User") -> Q:
    return Q(contact_email__iexact=user.email) if _contact_fields(model) else Q(pk__in=[])


def _versions_with_contact(model: "type[ContentItem]", user: "User") -> set[int]:
    """Return the keys of items with a version, perhaps a draft or an old one, whose contact is ``user``."""
    if not _contact_fields(model):
        return set()
    versions = Revision.objects.filter(base_content_type=ContentType.objects.get_for_model(model))
    named = versions.filter(content__contact_email__iexact=user.email)
    return {int(key) for key in named.values_list("object_id", flat=True)}


def _export(model: "type[ContentItem]", user: "User") -> dict[str, Any]:
    items = model._default_manager
    fields = ("pk", "title", "language", "contributor_credit", "live", "first_published_at", "updated_at")
    found = {"contributed": rows(items.filter(contributor=user), *fields)}
    if contact := _contact_fields(model):
        found["contact_person"] = rows(items.filter(_with_contact(model, user)), "pk", "title", *contact)
    return found


def _erase(model: "type[ContentItem]", user: "User", *, keep_credit: bool) -> None:
    """Take the name out of the items and of all their versions, as far as it does not stay by choice."""
    items = model._default_manager
    items.filter(locked_by=user).update(locked=False, locked_by=None, locked_at=None)
    kind = ContentType.objects.get_for_model(model)
    concerned = Q(contributor=user) | _with_contact(model, user) | Q(pk__in=_versions_with_contact(model, user))
    for item in items.filter(concerned):
        own = item.contributor_id == user.pk
        blank = partial(_blanks, model, user, is_credit=own and not keep_credit)
        if changes := blank(
            {name: getattr(item, name, "") for name in (*_contact_fields(model), *_CREDIT, *_MENTIONS)}
        ):
            items.filter(pk=item.pk).update(**changes)
        _rewrite_versions(Revision.objects.filter(base_content_type=kind, object_id=str(item.pk)), blank)
        if own:
            about = AuditEntry.objects.filter(model=model._meta.label_lower, object_key=str(item.pk))
            scrubbing.scrub(about, user)
            scrubbing.drop(about, _CREDIT)
        # Also where there was no credit: the page now speaks of a former contributor.
        if item.live:
            announce(item)


def on_profile_changed(sender: Any, person: "User", former: "User", **kwargs: Any) -> None:
    """Bring the credit of published items in line with a person's new name, or take it off where it is not wished.

    A credit that editors have worded otherwise stays as it is; nothing gets a name that had none.
    """
    old = former.get_full_name() if former.credit_by_name else ""
    new = person.get_full_name() if person.credit_by_name else ""
    if not old or old == new:
        return

    def renamed(values: "Mapping[str, Any]") -> dict[str, str]:
        return {"contributor_credit": new} if values.get("contributor_credit") == old else {}

    for model in kinds().values():
        kind = ContentType.objects.get_for_model(model)
        for item in model._default_manager.filter(contributor=person):
            _rewrite_versions(Revision.objects.filter(base_content_type=kind, object_id=str(item.pk)), renamed)
            if item.contributor_credit == old:
                model._default_manager.filter(pk=item.pk).update(contributor_credit=new)
                announce(item)


def _blanks(
    model: "type[ContentItem]", user: "User", values: "Mapping[str, Any]", *, is_credit: bool
) -> dict[str, str]:
    """Return what of ``values``, those of an item or of a version, is to be emptied."""
    found: dict[str, str] = {}
    if is_credit and values.get("contributor_credit"):
        found["contributor_credit"] = ""
    if is_credit:
        found |= scrubbing.without_name({name: values.get(name) for name in _MENTIONS}, user)
    if str(values.get("contact_email") or "").casefold() == user.email.casefold():
        found |= dict.fromkeys(_contact_fields(model), "")
    return found


def _rewrite_versions(
    versions: "QuerySet[Revision]", changes_of: "Callable[[Mapping[str, Any]], dict[str, str]]"
) -> None:
    changed = []
    for version in versions.iterator(chunk_size=_BATCH):
        if changes := changes_of(version.content):
            version.content.update(changes)
            changed.append(version)
    Revision.objects.bulk_update(changed, ["content"], batch_size=_BATCH)
