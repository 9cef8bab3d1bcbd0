"""Size variants of pictures: made when a picture is uploaded, only looked up when a page is shown."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from celery import shared_task
from django.db import transaction

if TYPE_CHECKING:
    from core.models import PortalImage, PortalRendition

#: Every variant that any page shows.
VARIANTS: Final = ("fill-720x480|format-webp", "fill-480x160|format-webp", "width-960|format-webp")


@shared_task(name="core.pictures.make_variants", acks_late=True)
def make_variants(key: int) -> None:
    """Make what is missing of the variants of the picture with that key; may run twice."""
    from core.models import PortalImage

    picture = PortalImage.objects.filter(pk=key).first()
    if picture is not None:
        picture.get_renditions(*VARIANTS)


def on_picture_saved(sender: Any, instance: "PortalImage", **kwargs: Any) -> None:
    """Have the variants made after the commit."""
    transaction.on_commit(partial(make_variants.delay, instance.pk))


def variant(picture: "PortalImage", name: str) -> "PortalRendition | None":
    """Return the variant ``name`` of ``picture`` when it has been made; never makes it, for pages do not write."""
    rendition: PortalRendition | None = picture.renditions.filter(filter_spec=name).first()
    return rendition
