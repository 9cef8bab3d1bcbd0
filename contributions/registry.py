"""Where content types say how they are contributed; ``contributions`` names none itself.

A content app registers in its ``AppConfig.ready()``, from its ``submissions.py``::

    from contributions.registry import SubmissionType, register
    register(SubmissionType(code="good-practice", model="goodpractices.GoodPractice", ...))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps

from contributions.forms import StepForm
from contributions.stages import Stage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from content.models import ContentItem
    from contributions.models import ContributionFile, CriterionAnswer

#: What a person typed, by field: a text, or a list of texts where several can be chosen.
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One short page of the form: ``code`` stands in its address."""

    code: str
    title: "StrOrPromise"
    intro: "StrOrPromise"
    form: type[StepForm]
    #: Whether files are added on this page.
    files: bool = False


@dataclass(frozen=True, slots=True)
class CriterionText:
    """A published criterion as a reviewer reads it; a ``required`` one that is not met stands against approval."""

    code: str
    name: str
    explanation: str
    required: bool


@dataclass(frozen=True, slots=True)
class Similar:
    """A published item that may say the same as a contribution."""

    title: str
    url: str
    language: str


@dataclass(frozen=True, slots=True)
class SubmissionType:
    """One kind of content that people contribute.

    ``criteria`` returns the published criteria of a stage in the active language. ``build`` writes the cleaned values
    of all steps into an item (a new one, or the latest version of an existing one) and returns it unsaved; ``attach``
    hangs the files of a contribution on it; of a file that hangs there already, ``detach`` takes it off and returns
    whether it was there, and ``describe`` passes on what a picture shows and whose it is. ``raw`` returns what the
    form shows of an item. ``similar`` finds published items like what was typed so far, without the item itself.
    ``accepted`` records the criteria as they were answered on the item that is about to be published.
    ``privacy_fields`` are shown to reviewers only.
    """

    code: str
    model: str
    label: "StrOrPromise"
    label_plural: "StrOrPromise"
    description: "StrOrPromise"
    steps: tuple[Step, ...]
    criteria: Callable[[Stage], Sequence[CriterionText]]
    build: Callable[["ContentItem", Mapping[str, Any]], "ContentItem"]
    attach: Callable[["ContentItem", Sequence["ContributionFile"]], None]
    detach: Callable[["ContentItem", "ContributionFile"], bool]
    describe: Callable[["ContributionFile"], None]
    raw: Callable[["ContentItem"], Raw]
    similar: Callable[[Raw, str, "ContentItem | None"], Sequence[Similar]]
    accepted: Callable[["ContentItem", Sequence["CriterionAnswer"]], None]
    #: Fields whose text tells the language it is written in.
    text_fields: tuple[str, ...] = ("title", "summary")

    def model_class(self) -> "type[ContentItem]":
        """Return the model; raises LookupError when its app is not installed."""
        model: type[ContentItem] = apps.get_model(self.model)
        return model

    def step(self, code: str) -> Step | None:
        """Return the step with that code, or None."""
        return next((step for step in self.steps if step.code == code), None)

    def step_of_field(self, field: str) -> Step:
        """Return the step whose form has ``field``; the first one when none has."""
        return next((step for step in self.steps if field in step.form.base_fields), self.steps[0])


_types: dict[str, SubmissionType] = {}


def register(kind: SubmissionType) -> None:
    """Make a kind of content open to contributions; a second registration of the same code replaces the first."""
    _types[kind.code] = kind


def all_types() -> tuple[SubmissionType, ...]:
    """Return the registered types in the order of their registration."""
    return tuple(_types.values())


def get_type(code: str) -> SubmissionType | None:
    """Return the type with that code, or None."""
    return _types.get(code)


def type_of(item: "ContentItem") -> SubmissionType | None:
    """Return the type that ``item`` is contributed as, or None."""
    return next((kind for kind in _types.values() if kind.model_class() is type(item)), None)
