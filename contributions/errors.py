"""Why something is refused, in words for the person in front of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class RefusedError(ValidationError):
    """Something cannot be done now; its messages say why and what helps."""


class ConflictError(RefusedError):
    """Another window, or another person, was faster: nothing was overwritten."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a contribution from being submitted: the step and field where it is mended."""

    step: str
    field: str
    message: "StrOrPromise"


class NotReadyError(RefusedError):
    """A contribution is incomplete; ``problems`` says what is missing, in the order of the form."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__([str(problem.message) for problem in problems])
