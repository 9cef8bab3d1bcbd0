"""The page of one contribution beside its checklist, and what is done there."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from contributions.desk import typed
from contributions.desk.forms import NoteForm, ReopenForm, ReviewForm, answers_as_initial, people_to_give_to
from contributions.desk.pages import ReviewPage
from contributions.desk.problems import Problem, as_problems, of_form
from contributions.desk.views import DeskPageView
from contributions.errors import RefusedError
from contributions.models import Contribution, Review
from contributions.services import appeals, reviewing
from contributions.stages import Stage

INDEX: Final = "contribution_desk:index"
REVIEW: Final = "contribution_desk:review"
#: Actions that end the stage for the person; the others leave the page as it is.
DECISIONS: Final = frozenset({"approve", "changes", "decline"})


class ReviewView(DeskPageView):
    """The item as the version under review, and beside it what a reviewer does."""

    http_method_names = ["get", "head", "post"]
    template_name = "contributions/desk/review.html"
    header_icon = "clipboard-list"
    #: What a post does, where the address says it.
    fixed_action: str = ""

    page: ReviewPage
    problems: list[Problem]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Begin without problems."""
        super().setup(request, *args, **kwargs)
        self.problems = []
        self.form: Any = None

    # --- reading ------------------------------------------------------------------------------------------------
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        self.page = self._page()
        return self.render_to_response(self.get_context_data())

    def _page(self) -> ReviewPage:
        contribution = self.within_reach(self.request, self.kwargs["key"])
        return ReviewPage(contribution, self.request.user, self.request.GET.get("compare", ""))  # type: ignore[arg-type]  # the admin has no anonymous visitors

    def get_page_title(self) -> str:
        """The title of the contribution."""
        return str(self.page.contribution)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the desk."""
        here = {"url": "", "label": self.get_page_title()}
        return [*super().get_breadcrumbs_items(), {"url": reverse(INDEX), "label": _("Contributions")}, here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the page and the forms that are open to the person."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        page = self.page
        bound = self.form if isinstance(self.form, ReviewForm) else None
        form = (bound or self._review_form()) if page.may_act else None
        if form is not None:
            form.problems = {problem.code: problem.text for problem in self.problems if problem.code}
        note = self.form if isinstance(self.form, NoteForm) else NoteForm()
        reopen = self.form if isinstance(self.form, ReopenForm) else ReopenForm()
        return context | {
            "page": page,
            "contribution": page.contribution,
            "form": form,
            # What was typed into a form that is not open any more is shown to be copied.
            "left_over": typed.left_over(bound) if bound is not None and form is None else [],
            "note_form": None if form is not None or page.is_own else note,
            "reopen_form": reopen if page.may_reopen else None,
            "problems": self.problems,
        }

    def _review_form(self, data: Any = None) -> ReviewForm:
        review = self.page.review
        if review is None:
            return ReviewForm(data, criteria=[])
        held = list(review.answers.all())
        initial = answers_as_initial(held or self.page.former_answers) | typed.recall(self.request, review, held)
        initial |= {"review": str(review.pk), "revision": str(self.page.version.revision or "")}
        people = people_to_give_to(review, self.page.version.item) if self.page.may_give else []
        criteria = self.page.kind.criteria(Stage(review.stage))
        return ReviewForm(data, criteria=criteria, people=people, initial=initial)

    # --- writing ------------------------------------------------------------------------------------------------
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the button says, or say at the top of the page why not; nothing typed is lost."""
        self.page = self._page()
        action = self.fixed_action or request.POST.get("action", "")
        perform = self._performer(action)
        if perform is None:
            return self.render_to_response(self.get_context_data(), status=400)
        try:
            said = perform()
        except ValidationError as error:
            self.problems = self.problems or as_problems(error, self.form, self.page.kind)
        except PermissionDenied:
            self.problems = [Problem(_("You may not do this: it is not yours to decide."))]
        except Review.DoesNotExist:
            self.problems = [Problem(_("This stage is not yours to decide, or not any more."))]
        else:
            return self._done(action, said)
        # What has changed in the meantime is shown beside what was typed.
        self.page = self._page()
        return self.render_to_response(self.get_context_data())

    def _performer(self, action: str) -> Callable[[], str] | None:
        if self.page.is_own:
            return self._refuse
        if action in {"reopen", "uphold"}:
            return self._reopen if action == "reopen" else self._uphold
        if action == "note" and "review" not in self.request.POST:
            return self._note_alone
        performers: dict[str, Callable[[ReviewForm, int], str]] = {
            "save": self._save,
            "approve": self._approve,
            "changes": self._ask_for_changes,
            "decline": self._decline,
            "claim": self._claim,
            "take-over": self._take_over,
            "release": self._release,
            "reassign": self._reassign,
            "note": self._note,
        }
        found = performers.get(action)
        return (lambda: self._with_form(found)) if found is not None else None

    def _refuse(self) -> str:
        raise PermissionDenied

    def _with_form(self, perform: Callable[[ReviewForm, int], str]) -> str:
        form = self.form = self._review_form(self.request.POST)
        if not form.is_valid():
            self.problems = of_form(form)
            raise RefusedError([problem.text for problem in self.problems])
        key = form.cleaned_data["review"]
        if not Review.objects.filter(pk=key, contribution=self.page.contribution).exists():
            raise Review.DoesNotExist
        return perform(form, key)

    def _done(self, action: str, said: str) -> HttpResponse:
        """Say what happens next, and offer the next contribution after a decision."""
        contribution = self.page.contribution
        if isinstance(self.form, ReviewForm):
            review = self.form.cleaned_data["review"]
            if action in DECISIONS:
                typed.forget(self.request)
            else:
                typed.keep(self.request, review, self.form.data)
        buttons = []
        if action in DECISIONS:
            following = ReviewPage(contribution, self.page.user).neighbours.next
            if following is not None:
                label = _("Next in my queue: %(title)s") % {"title": following}
                buttons.append(messages.button(reverse(REVIEW, args=[following.pk]), label))
            buttons.append(messages.button(reverse(INDEX), _("To my queue")))
        messages.success(self.request, said, buttons=buttons)
        return redirect(REVIEW, contribution.pk)

    # --- the verbs ----------------------------------------------------------------------------------------------
    @property
    def _user(self) -> Any:
        return self.request.user

    def _save(self, form: ReviewForm, key: int) -> str:
        reviewing.save_answers(user=self._user, key=key, answers=form.answers())
        return _("Your answers are saved. Nothing has been decided yet.")

    def _approve(self, form: ReviewForm, key: int) -> str:
        values = form.cleaned_data
        review = reviewing.approve(
            user=self._user,
            key=key,
            answers=form.answers(),
            revision_id=values["revision"],
            message=values["reason"],
        )
        if review.stage == Stage.DECISION:
            return _("Published. The contributor is thanked and told where it can be read.")
        return _("The facts are checked. It goes to the editors, and the contributor is told.")

    def _ask_for_changes(self, form: ReviewForm, key: int) -> str:
        values = form.cleaned_data
        reviewing.ask_for_changes(
            user=self._user,
            key=key,
            answers=form.answers(),
            revision_id=values["revision"],
            reason=values["reason"],
        )
        return _("The contributor is told what to change. It comes back to you when it is submitted again.")

    def _decline(self, form: ReviewForm, key: int) -> str:
        values = form.cleaned_data
        if not values["confirmed"]:
            self.problems = [
                Problem(
                    _("Declining ends the review. Tick “Yes, decline it” beside the button to confirm."), "#decline"
                )
            ]
            raise RefusedError(self.problems[0].text)
        reviewing.decline(
            user=self._user,
            key=key,
            answers=form.answers(),
            revision_id=values["revision"],
            reason=values["reason"],
        )
        return _("Declined. The contributor is told why. Editors can reopen it.")

    def _claim(self, form: ReviewForm, key: int) -> str:
        reviewing.claim(user=self._user, key=key)
        return _("You have taken this up; others see your name.")

    def _take_over(self, form: ReviewForm, key: int) -> str:
        reviewing.claim(user=self._user, key=key, take_over=True)
        return _("You have taken this over; the decision is yours now.")

    def _release(self, form: ReviewForm, key: int) -> str:
        reviewing.release(user=self._user, key=key)
        return _("It is back in the queue for everybody.")

    def _reassign(self, form: ReviewForm, key: int) -> str:
        person = get_user_model()._default_manager.filter(pk=form.cleaned_data["to"] or 0, is_active=True).first()
        if person is None:
            self.problems = [Problem(_("Choose whom to give it to."), "#id_to")]
            raise RefusedError(self.problems[0].text)
        reviewing.reassign(user=self._user, key=key, to=person)
        return _("%(who)s has it now, and is told by e-mail.") % {"who": person}

    def _note(self, form: ReviewForm, key: int) -> str:
        return self._add_note(form.cleaned_data["note"])

    def _note_alone(self) -> str:
        form = self.form = NoteForm(self.request.POST)
        if not form.is_valid():
            self.problems = of_form(form)
            raise RefusedError([problem.text for problem in self.problems])
        return self._add_note(form.cleaned_data["note"])

    def _add_note(self, text: str) -> str:
        if not text.strip():
            self.problems = [Problem(_("Write the note first."), "#id_note")]
        reviewing.add_note(user=self._user, key=self.page.contribution.pk, text=text)
        return _("The note is there for other reviewers. The contributor does not see it.")

    def _answer(self) -> dict[str, Any]:
        """What was typed as an answer to a refusal."""
        form = self.form = ReopenForm(self.request.POST)
        if not form.is_valid():
            self.problems = of_form(form)
            raise RefusedError([problem.text for problem in self.problems])
        values: dict[str, Any] = form.cleaned_data
        return values

    def _uphold(self) -> str:
        values = self._answer()
        if not values["confirmed"]:
            self.problems = [
                Problem(
                    _("This ends it for the contributor. Tick “Yes, the refusal stays” beside the button to confirm."),
                    "#id_confirmed",
                )
            ]
            raise RefusedError(self.problems[0].text)
        try:
            appeals.uphold(user=self._user, key=self.page.contribution.pk, reason=values["reason"])
        except Contribution.DoesNotExist as error:
            raise PermissionDenied from error
        return _("The refusal stays. The contributor is told why, and what is possible next.")

    def _reopen(self) -> str:
        values = self._answer()
        try:
            reviewing.reopen(user=self._user, key=self.page.contribution.pk, reason=values["reason"])
        except Contribution.DoesNotExist as error:
            raise PermissionDenied from error
        return _("It is in review again, and the contributor is told.")
