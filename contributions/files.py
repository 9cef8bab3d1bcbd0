"""Where files of drafts are kept: outside everything that a web server hands out."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.crypto import get_random_string

if TYPE_CHECKING:
    from django.core.files.storage import Storage

    from contributions.models import ContributionFile


def private_storage() -> "Storage":
    """Return the storage of private files; a callable, so that migrations carry no path."""
    return FileSystemStorage(location=settings.PRIVATE_ROOT, base_url=None)


def stored_name(instance: "ContributionFile", name: str) -> str:
    """Return a path that says nothing about the person or the file."""
    return f"contributions/{instance.contribution_id}/{get_random_string(24)}"
