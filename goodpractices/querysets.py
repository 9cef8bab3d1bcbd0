"""The words in which good practices are asked for."""

from collections.abc import Iterable
from typing import Self

from django.db.models import Prefetch

from content.querysets import ContentItemQuerySet


class GoodPracticeQuerySet(ContentItemQuerySet):
    """Good practices."""

    def samples(self) -> Self:
        """Practices that only show how the template is used."""
        return self.filter(is_sample=True)

    def full(self) -> Self:
        """Records with the whole template filled in."""
        return self.filter(record="full")

    def short(self) -> Self:
        """Records of practices known from a public source."""
        return self.filter(record="short")

    def with_terms(self) -> Self:
        """Practices with the terms that lists and the index need, in three queries however many they are."""
        return self.prefetch_related("topics", "countries", "target_groups")

    def for_page(self) -> Self:
        """Practices with everything their page shows but their terms, which ``content.terms.read_codes`` reads.

        Few practices have files or transfers: what those point to is read where there are any, by one query more,
        instead of being joined, a whole practice each, to a query that mostly finds nothing.
        """
        from goodpractices.models import CriterionAssessment, PracticeAttachment, TransferRecord

        return self.prefetch_related(
            "contributor",
            "links",
            Prefetch("attachments", PracticeAttachment.objects.prefetch_related("document")),
            Prefetch("assessments", CriterionAssessment.objects.select_related("criterion")),
            Prefetch("transfers", TransferRecord.objects.prefetch_related("practice")),
        )

    def for_comparison(self, numbers: Iterable[int]) -> Self:
        """Published practices with these keys, with what the comparison shows (terms as for a page)."""
        return self.published().filter(pk__in=list(numbers)).for_page()
