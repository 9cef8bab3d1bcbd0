"""The words in which good practices are asked for."""

from collections.abc import Iterable
from typing import Self

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

    def for_comparison(self, numbers: Iterable[int]) -> Self:
        """Published practices with these keys; ``goodpractices.reading.read_parts`` reads what hangs on them."""
        return self.published().filter(pk__in=list(numbers))
