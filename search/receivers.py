"""Follows the announcements of content and taxonomy: each becomes a row in the outbox, in the same transaction."""

from typing import Any

from django.db import models

from content.signals import item_changed
from search import services
from taxonomy.signals import term_changed


def connect() -> None:
    """Connect the receivers; called once, when the apps are ready."""
    item_changed.connect(on_item_changed, dispatch_uid="search.item_changed")
    term_changed.connect(on_term_changed, dispatch_uid="search.term_changed")


def on_item_changed(sender: type[models.Model], item: models.Model, version: int, **_kwargs: Any) -> None:
    """Let the index follow what the public may now see of ``item``."""
    services.enqueue_item(sender, item.pk, version)


def on_term_changed(sender: type[models.Model], term: models.Model, **_kwargs: Any) -> None:
    """Index everything anew that carries a changed term: its names are part of what is searched."""
    services.enqueue_term(sender, term.pk)
