"""What the page of one contribution shows."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.permissions import Action, Scope, may, scopes
from content.attachments import documents_of
from contributions.appeals import last_word, waits_for_answer
from contributions.desk.difference import FieldDifference, differences
from contributions.desk.item_fields import StepValues, pictures_of, steps_of
from contributions.desk.versions import Base, Version, bases, chosen_base, shown_version
from contributions.models import Contribution, ContributionFile, CriterionAnswer, Event, Review, State
from contributions.services.appeals import has_to_leave_it
from contributions.stages import Stage
from core.models import PortalDocument

if TYPE_CHECKING:
    from accounts.models import User

#: So far the queue is looked through for the next and the previous one.
MOST_IN_QUEUE = 500


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file as a reviewer finds it: where it is downloaded, how large it is, what was wrong with its text."""

    name: str
    url: str
    size: int
    problem: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The contributions before and after this one in the person's queue."""

    previous: Contribution | None
    next: Contribution | None
    position: int
    count: int


class ReviewPage:
    """One contribution as ``user`` may see it at the desk; everything is read once, when it is asked for."""

    def __init__(self, contribution: Contribution, user: "User", compare: str = "") -> None:
        self.contribution = contribution
        self.user = user
        self.compare = compare
        self.kind = contribution.kind
        self.is_own = contribution.contributor_id == user.pk

    # --- the text -----------------------------------------------------------------------------------------------
    @cached_property
    def version(self) -> Version:
        """The version under review."""
        return shown_version(self.contribution)

    @cached_property
    def steps(self) -> list[StepValues]:
        """What the version holds."""
        return steps_of(self.kind, self.version.item)

    @cached_property
    def comparisons(self) -> dict[str, tuple[str, int]]:
        """What the version can be compared with."""
        return bases(self.contribution, self.user, self.version)

    @cached_property
    def base(self) -> Base | None:
        """What the version is compared with."""
        return chosen_base(self.contribution, self.comparisons, self.compare)

    @cached_property
    def differences(self) -> list[FieldDifference]:
        """The fields that differ from the base."""
        if self.base is None:
            return []
        return differences(self.kind, self.base.version.item, self.version.item)

    @cached_property
    def pictures(self) -> list[Any]:
        """The pictures of the version, with their labels."""
        return pictures_of(self.version.item)

    @cached_property
    def files(self) -> list[HeldFile]:
        """The files of the version, and what else came with the contribution."""
        held = list(self.contribution.files.filter(kind=ContributionFile.Kind.ATTACHMENT))
        keys = [row.became for row in held if row.became]
        became = PortalDocument.objects.in_bulk(keys)
        found = [self._private(row, became.get(row.became or 0)) for row in held]
        for name, document in documents_of(self.version.item):
            if document.pk not in keys:
                found.append(HeldFile(name, document.url, document.file_size or 0, _problem(document)))
        return found

    def _private(self, row: ContributionFile, document: PortalDocument | None) -> HeldFile:
        url = reverse("contribution_desk:file", args=[self.contribution.pk, row.pk])
        return HeldFile(row.name, url, row.size, _problem(document))

    # --- who may do what ----------------------------------------------------------------------------------------
    @cached_property
    def review(self) -> Review | None:
        """The stage that waits for a decision."""
        rows = Review.objects.open().filter(contribution=self.contribution)
        found: Review | None = rows.select_related("claimed_by", "contribution").order_by("-pk").first()
        return found

    @cached_property
    def may_act(self) -> bool:
        """Whether the person may do the stage that waits."""
        if self.review is None or self.is_own:
            return False
        return bool(Review.objects.within_reach(self.user).filter(pk=self.review.pk).exists())

    @property
    def is_mine(self) -> bool:
        """Whether the person has taken the stage up."""
        return self.review is not None and self.review.claimed_by_id == self.user.pk

    @property
    def is_somebody_elses(self) -> bool:
        """Whether somebody else has taken the stage up."""
        return self.review is not None and self.review.claimed_by_id not in {None, self.user.pk}

    @property
    def may_give(self) -> bool:
        """Whether the person may give the stage to somebody."""
        return not self.is_somebody_elses or self.is_editor

    @property
    def is_last_stage(self) -> bool:
        """Whether an approval publishes."""
        return self.review is not None and self.review.stage == Stage.DECISION

    @cached_property
    def is_editor(self) -> bool:
        """Whether the person decides everywhere."""
        return Scope.ALL in scopes(self.user, Action.DECIDE)

    @property
    def may_reopen(self) -> bool:
        """Whether the person may take it into review again."""
        declined = self.contribution.state == State.DECLINED
        return declined and not self.is_own and may(self.user, Action.DECIDE, self.contribution.item)

    @property
    def standing(self) -> str:
        """Why there is nothing to decide here now, in a sentence."""
        if self.is_own:
            return _("This is your own contribution. Nobody decides on their own: another reviewer looks at it.")
        state = State(self.contribution.state)
        if state == State.IN_REVIEW:
            return _("The facts have been checked; the editors decide now.")
        moment = self.contribution.decided_at or self.contribution.saved_at
        values = {"date": date_format(localtime(moment), "DATE_FORMAT")}
        sentences = {
            State.CHANGES_REQUESTED: _("It waits for its contributor, who was asked for changes."),
            State.DECLINED: _("It was declined on %(date)s.") % values,
            State.PUBLISHED: _("It was published on %(date)s.") % values,
            State.WITHDRAWN: _("Its contributor has taken it back."),
        }
        return sentences.get(state, "")

    # --- links --------------------------------------------------------------------------------------------------
    @cached_property
    def preview_url(self) -> str:
        """Where the version is shown as it would be published."""
        return self._of_viewset("revisions_view", self.version.revision) if self.version.revision else ""

    @cached_property
    def edit_url(self) -> str:
        """Where the text is edited, for those who may."""
        return self._of_viewset("edit") if may(self.user, Action.EDIT, self.contribution.item) else ""

    def _of_viewset(self, name: str, *arguments: Any) -> str:
        viewset = getattr(self.kind.model_class(), "snippet_viewset", None)
        if viewset is None:
            return ""
        return reverse(viewset.get_url_name(name), args=[self.contribution.item_id, *arguments])

    # --- what happened ------------------------------------------------------------------------------------------
    @cached_property
    def contributor_email(self) -> str:
        """The contributor's address, for editors only."""
        person = self.contribution.contributor
        return person.email if person is not None and person.erased_at is None and self.is_editor else ""

    @cached_property
    def events(self) -> list[Event]:
        """What happened to the contribution, the latest first."""
        return list(self.contribution.events.select_related("actor").order_by("-at", "-pk"))

    @cached_property
    def appeal(self) -> Event | None:
        """What the contributor said against the last refusal, as long as nobody has answered."""
        last = last_word(self.contribution, reversed(self.events))
        return last if waits_for_answer(last) else None

    @cached_property
    def has_to_leave_appeal(self) -> bool:
        """Whether it is for another editor to say that the refusal stays."""
        return self.appeal is not None and has_to_leave_it(self.user, self.contribution)

    @property
    def may_uphold(self) -> bool:
        """Whether the person may answer that the refusal stays."""
        return self.appeal is not None and self.may_reopen and not self.has_to_leave_appeal

    @cached_property
    def earlier(self) -> list[Review]:
        """The stages that were decided, with their answers, the latest first; not shown to the contributor here."""
        if self.is_own:
            return []
        rows = self.contribution.reviews.exclude(pk=self.review.pk if self.review else 0).order_by("-pk")
        found = rows.select_related("claimed_by", "finished_by").prefetch_related("answers")
        return [review for review in found if review.answers.all()]

    @cached_property
    def former_answers(self) -> list[CriterionAnswer]:
        """The answers from before the contributor changed the text: a stage that begins again begins with them."""
        if self.review is None or self.review.answers.exists():
            return []
        former = next((review for review in self.earlier if review.stage == self.review.stage), None)
        return list(former.answers.all()) if former is not None else []

    @cached_property
    def notes(self) -> list[Any]:
        """The notes among reviewers; never for the contributor, also where they are a reviewer."""
        return [] if self.is_own else list(self.contribution.internal_notes.select_related("author"))

    @cached_property
    def neighbours(self) -> Neighbours:
        """What comes before and after in the person's queue; the first of the queue comes after what is not in it."""
        keys = list(Review.objects.queue_of(self.user).values_list("contribution_id", flat=True)[:MOST_IN_QUEUE])
        place = keys.index(self.contribution.pk) if self.contribution.pk in keys else -1
        after = keys[place + 1] if place + 1 < len(keys) else None
        before = keys[place - 1] if place > 0 else None
        rows = Contribution.objects.in_bulk([key for key in (before, after) if key])
        return Neighbours(rows.get(before or 0), rows.get(after or 0), place + 1, len(keys))


def _problem(document: PortalDocument | None) -> str:
    return str(document.get_text_problem_display()) if document is not None and document.text_problem else ""
