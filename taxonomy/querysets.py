"""The words in which terms are asked for."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    Base = models.QuerySet[Any, Any]
else:
    Base = models.QuerySet


class TermQuerySet(Base):
    """Terms of one vocabulary."""

    def in_use(self) -> Self:
        """Terms that may be chosen for new content."""
        return self.filter(retired=False)

    def retired(self) -> Self:
        """Terms that old content keeps but nobody may choose any more."""
        return self.filter(retired=True)
