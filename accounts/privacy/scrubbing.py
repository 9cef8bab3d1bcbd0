"""Taking a person's name and addresses out of the audit log, whose entries themselves stay."""

import re
from typing import TYPE_CHECKING, Any, Final

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from accounts.models import User
from core.models import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What stands in the place of a name or an address.
BLANK: Final = "…"
_BATCH: Final = 500
#: Values of entries about the person's own row that say who it was.
_PERSONAL: Final = ("email", "first_name", "last_name", "organisation", "about", "country", "countries")


def addresses_of(user: User) -> list[str]:
    """Return all addresses that ``user`` has, confirmed or not."""
    return sorted(set(EmailAddress.objects.filter(user=user).values_list("email", flat=True)) | {user.email})


def words_of(user: User) -> list[str]:
    """Return the texts by which somebody would find ``user``: addresses, and the name when it has two parts."""
    name = user.get_full_name()
    # "Ada" alone would be taken out of "Adaptation", too.
    return [*addresses_of(user), *([name] if " " in name else [])]


def cleaned(value: Any, words: list[str]) -> Any:
    """Return ``value``, plain data of any depth, without ``words``, however they are capitalised."""
    if isinstance(value, str):
        for word in words:
            value = re.sub(re.escape(word), BLANK, value, flags=re.IGNORECASE)
        return value
    if isinstance(value, list):
        return [cleaned(part, words) for part in value]
    if isinstance(value, dict):
        return {key: cleaned(part, words) for key, part in value.items()}
    return value


def without_name(credits_: "Mapping[str, Any]", user: User) -> dict[str, str]:
    """Return those of ``credits_`` that mention ``user``, without the name; what was nothing else becomes empty."""
    found: dict[str, str] = {}
    for key, value in credits_.items():
        after = str(cleaned(value or "", words_of(user)))
        if after != (value or ""):
            found[key] = "" if after.strip() == BLANK else after
    return found


def mentioning(user: User) -> "QuerySet[AuditEntry]":
    """Return the entries by ``user`` and those whose label names them."""
    found = Q(user=user)
    for word in words_of(user):
        found |= Q(label__icontains=word)
    return AuditEntry.objects.filter(found)


def scrub(entries: "QuerySet[AuditEntry]", user: User) -> None:
    """Take the name and the addresses of ``user`` out of ``entries``."""
    words = words_of(user)
    changed: list[AuditEntry] = []
    for entry in entries.order_by("pk").iterator(chunk_size=_BATCH):
        after = [cleaned(getattr(entry, name), words) for name in ("label", "before", "after")]
        if after != [entry.label, entry.before, entry.after]:
            entry.label, entry.before, entry.after = after
            changed.append(entry)
    AuditEntry.objects.bulk_update(changed, ["label", "before", "after"], batch_size=_BATCH)


def scrub_own(user: User) -> None:
    """Empty what entries about the person's own row say of who it was."""
    entries = AuditEntry.objects.filter(model=User._meta.label_lower, object_key=str(user.pk))
    drop(entries, _PERSONAL)
    entries.update(label="")


def drop(entries: "QuerySet[AuditEntry]", names: tuple[str, ...]) -> None:
    """Take the values of these fields out of ``entries``."""
    found = list(entries)
    for entry in found:
        entry.before = {key: value for key, value in entry.before.items() if key not in names}
        entry.after = {key: value for key, value in entry.after.items() if key not in names}
    AuditEntry.objects.bulk_update(found, ["before", "after"], batch_size=_BATCH)
