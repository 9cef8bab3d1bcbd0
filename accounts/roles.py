"""Keeps the groups of the roles, and Wagtail's coarse permissions for them, equal to the permission table.

Wagtail asks two questions: may this person use this kind of thing at all (Django's model permissions, granted here),
and this very row (asked of the table by the guarded viewset in ``content``).
"""

from typing import Any, Final

from django.apps import apps as installed
from django.contrib.auth.models import Group, Permission
from django.db import models

from accounts.permissions import ADMIN_ROLES, PERMISSIONS, Action, Role

#: What an action on content items means in Django's model permissions.
_MODEL_VERBS: Final[dict[Action, tuple[str, ...]]] = {
    Action.VIEW_DRAFT: ("view",),
    Action.CREATE: ("add",),
    Action.EDIT: ("change",),
    Action.PUBLISH: ("publish",),
    Action.DELETE_DRAFT: ("delete",),
    Action.LOCK: ("lock", "unlock"),
}


def content_models() -> list[type[models.Model]]:
    """Return every model that says it is a content item (``is_content_item``), whatever app it lives in."""
    return [model for model in installed.get_models() if getattr(model, "is_content_item", False)]


def taxonomy_models() -> list[type[models.Model]]:
    """Return the models of the shared vocabulary and others that editors keep (``is_editorial_vocabulary``)."""
    return [
        model
        for model in installed.get_models()
        if model._meta.app_label == "taxonomy" or getattr(model, "is_editorial_vocabulary", False)
    ]


def model_permissions(role: Role) -> "models.QuerySet[Permission]":
    """Return the model permissions that ``role`` needs for what the table allows it."""
    actions = PERMISSIONS[role]
    wanted = models.Q(pk__in=[])
    if role in ADMIN_ROLES:
        wanted |= models.Q(content_type__app_label="wagtailadmin", codename="access_admin")
    if actions.keys() & {Action.VIEW_DRAFT} and role in ADMIN_ROLES:
        for model in content_models():
            verbs = [verb for action in actions for verb in _MODEL_VERBS.get(action, ())]
            codenames = [f"{verb}_{model._meta.model_name}" for verb in verbs]
            wanted |= models.Q(content_type__app_label=model._meta.app_label, codename__in=codenames)
    if Action.EDIT_TAXONOMY in actions:
        for model in taxonomy_models():
            codenames = [f"{verb}_{model._meta.model_name}" for verb in ("add", "change", "view", "delete")]
            wanted |= models.Q(content_type__app_label=model._meta.app_label, codename__in=codenames)
    if Action.MANAGE_PEOPLE in actions:
        # Not groups: what a role may do stands in the table, and is written back after every migration.
        wanted |= models.Q(content_type__app_label="accounts")
        wanted |= models.Q(content_type__app_label="wagtailredirects")
        wanted |= models.Q(content_type__app_label="core", codename__in=("view_outboxmail", "change_outboxmail"))
    if Action.VIEW_AUDIT in actions:
        wanted |= models.Q(content_type__app_label="core", codename="view_auditentry")
    return Permission.objects.filter(wanted)


def _grant_pages_and_files(group: Group, role: Role) -> None:
    """Give ``group`` the page tree and the files, as far as its role has them."""
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    GroupPagePermission.objects.filter(group=group).delete()
    GroupCollectionPermission.objects.filter(group=group).delete()
    actions = PERMISSIONS[role]
    root_page, root_collection = Page.get_first_root_node(), Collection.get_first_root_node()
    if root_page is not None and Action.EDIT_PAGES in actions:
        for verb in ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"):
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=verb)
            GroupPagePermission.objects.create(group=group, page=root_page, permission=permission)
    if root_collection is not None and Action.CREATE in actions:
        # Wagtail asks for the rights to its own image and file models, also where they are replaced by ours.
        codenames = [f"{verb}_{name}" for verb in ("add", "change", "choose") for name in ("image", "document")]
        files = Permission.objects.filter(
            content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=codenames
        )
        for permission in files:
            GroupCollectionPermission.objects.create(group=group, collection=root_collection, permission=permission)


def sync_groups() -> None:
    """Make the groups and their permissions equal to the table; may run any number of times."""
    for role in Role:
        group, _created = Group.objects.get_or_create(name=role.value)
        group.permissions.set(model_permissions(role))
        _grant_pages_and_files(group, role)


def sync_groups_after_migrate(sender: Any, **kwargs: Any) -> None:
    """Run after the last app with models has been migrated, when all permissions exist."""
    with_models = [config for config in installed.get_app_configs() if config.models_module is not None]
    if sender.name == with_models[-1].name:
        sync_groups()
