"""The audit log's one way in."""

from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from core.models import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser

    UserLike = models.Model | AnonymousUser | None

_ENCODER = DjangoJSONEncoder()


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON knows it; what JSON does not know becomes its text."""
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    try:
        return _ENCODER.default(value)
    except TypeError:
        return str(value)


def snapshot(instance: models.Model, fields: "tuple[str, ...] | None" = None) -> dict[str, Any]:
    """Return the plain column values of ``instance`` (foreign keys as keys), optionally only some ``fields``.

    What the model names as ``private_fields`` is left out: the log outlives the reason for keeping it.
    """
    private: frozenset[str] = getattr(instance, "private_fields", frozenset())
    return {
        field.name: _plain(field.value_from_object(instance))
        for field in instance._meta.concrete_fields
        if field.name not in private and (fields is None or field.name in fields)
    }


def record(
    *,
    user: "UserLike",
    action: str,
    instance: models.Model,
    before: "Mapping[str, Any] | None" = None,
    after: "Mapping[str, Any] | None" = None,
) -> AuditEntry:
    """Write that ``user`` did ``action`` to ``instance``; only what differs between before and after is kept.

    Call it inside the transaction of the change, so that neither exists without the other.
    """
    old, new = dict(before or {}), dict(after or {})
    changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    return AuditEntry.objects.create(
        user_id=getattr(user, "pk", None),
        action=action,
        model=instance._meta.label_lower,
        object_key=str(instance.pk),
        label=str(instance)[:255],
        before={key: _plain(old[key]) for key in sorted(changed & old.keys())},
        after={key: _plain(new[key]) for key in sorted(changed & new.keys())},
    )
