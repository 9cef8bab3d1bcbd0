"""Reads what the page of a practice, and the comparison of several, show beside the practice's own fields."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db.models import Prefetch, prefetch_related_objects

from content.terms import read_codes
from goodpractices.models import CriterionAssessment, GoodPractice, PracticeAttachment, TransferRecord

#: What hangs on a practice, and how it is read. Few have files or transfers: what those point to is read where there
#: are any, by one query more, instead of being joined, a whole practice each, to a query that mostly finds nothing.
_PARTS: Final[dict[str, Callable[[], Any]]] = {
    "links": lambda: "links",
    "attachments": lambda: Prefetch("attachments", PracticeAttachment.objects.prefetch_related("document")),
    "assessments": lambda: Prefetch("assessments", CriterionAssessment.objects.select_related("criterion")),
    "transfers": lambda: Prefetch("transfers", TransferRecord.objects.prefetch_related("practice")),
}
_NAMES: Final = tuple(_PARTS)


def read_parts(practices: Sequence[GoodPractice]) -> None:
    """Read the terms and parts of ``practices``: one query, and one or two for each kind of part that any of them has.

    Most practices have none of most parts: asking for each in vain took a quarter of a page's time.
    """
    if not practices:
        return
    held = read_codes(practices, _NAMES)
    prefetch_related_objects(practices, "contributor", *(_PARTS[name]() for name in _NAMES if name in held))
    for name in _NAMES:
        if name not in held:
            # As prefetching leaves it when it finds nothing: nobody asks again.
            nothing: Any = GoodPractice._meta.get_field(name).related_model._default_manager.none()
            nothing._result_cache = []
            for practice in practices:
                practice.__dict__.setdefault("_prefetched_objects_cache", {})[name] = nothing
