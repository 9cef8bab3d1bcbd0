"""The good practice and what hangs on it: criteria, assessments, transfers, links and files."""

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.models import Orderable, Page

from content.models import ContentItem, Scope
from core.dates import Precision, format_period
from core.pages import TRANSLATED_FIELDS, TranslatedPageMixin, page_edit_handler
from goodpractices.querysets import GoodPracticeQuerySet
from goodpractices.template import SECTIONS, WORD_LIMITS

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.utils.functional import _StrPromise

#: A practice must have run for a year before it can be called good.
LEAST_AGE = dt.timedelta(days=365)


class Record(models.TextChoices):
    """How much of the template a practice fills."""

    FULL = "full", _("Full record")
    SHORT = "short", _("Short record")


class EvaluationType(models.TextChoices):
    """Who evaluated the practice."""

    NONE = "none", _("Not evaluated")
    SELF = "self", _("Self-evaluation")
    INTERNAL = "internal", _("Internal evaluation")
    EXTERNAL = "external", _("External evaluation")
    COMPARISON = "comparison", _("Evaluation with a comparison group")


class EvidenceLevel(models.TextChoices):
    """How well the results are supported, from least to most."""

    NOT_ASSESSED = "not-assessed", _("Not assessed")
    DESCRIBED = "described", _("Described by its organisers")
    MONITORED = "monitored", _("Monitored with figures")
    EVALUATED = "evaluated", _("Evaluated independently")
    COMPARED = "compared", _("Compared with a control group")


class Criterion(models.Model):
    """A published criterion by which a practice is assessed."""

    is_editorial_vocabulary: ClassVar[bool] = True

    class Kind(models.TextChoices):
        """What a criterion decides."""

        ELIGIBILITY = "eligibility", _("Eligibility")
        SELECTION = "selection", _("Selection")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=200)
    explanation = models.TextField(_("explanation"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ("order", "code")

    def __str__(self) -> str:
        return str(self.name)


class GoodPractice(ContentItem):
    """A good practice on the common template; a short record holds only what a public source says."""

    kind = "practice"
    section = "good-practices"
    term_fields = ("topics", "countries", "target_groups")
    document_relations = ("attachments__document",)
    private_fields = frozenset({"contact_name", "contact_email"})

    record = models.CharField(
        _("record"),
        max_length=5,
        choices=Record.choices,
        default=Record.FULL,
        help_text=_("A short record holds only what a public source says of a practice, and links it."),
    )
    start_date = models.DateField(_("start date"), null=True, blank=True)
    start_precision = models.CharField(
        _("start known to the"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    end_date = models.DateField(_("end date"), null=True, blank=True)
    end_precision = models.CharField(
        _("end known to the"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    regular_service = models.BooleanField(_("has become part of a regular service"), default=False)

    issue_and_goals = models.TextField(_("issue, goals and assumptions"), blank=True)
    how_it_works = models.TextField(_("how does it work?"), blank=True)
    results = models.TextField(_("results"), blank=True)
    evaluation = models.TextField(_("evaluation"), blank=True)
    evaluation_type = models.CharField(
        _("type of evaluation"), max_length=10, choices=EvaluationType.choices, blank=True
    )
    who_benefits = models.TextField(_("who benefits?"), blank=True)
    persons_reached = models.PositiveIntegerField(_("persons reached"), null=True, blank=True)
    target_groups: "ParentalManyToManyField[Any, Any]" = ParentalManyToManyField(
        "taxonomy.TargetGroup", verbose_name=_("target groups"), blank=True, related_name="+"
    )
    funding = models.TextField(_("funding and resources"), blank=True)
    budget_amount = models.DecimalField(_("budget in euro"), max_digits=14, decimal_places=2, null=True, blank=True)
    programmes = models.CharField(_("funding programmes"), max_length=300, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    organisation_type = models.ForeignKey(
        "taxonomy.OrganisationType",
        verbose_name=_("type of organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    partners = models.TextField(_("partners"), blank=True)
    contact_name = models.CharField(_("contact person"), max_length=160, blank=True)
    contact_email = models.EmailField(
        _("contact address"), blank=True, help_text=_("Never shown; messages are passed on by a form.")
    )
    photo = models.ForeignKey(
        "core.PortalImage", verbose_name=_("photo"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    photo_credit = models.CharField(_("photo credit"), max_length=200, blank=True)

    evidence_level = models.CharField(
        _("level of evidence"), max_length=12, choices=EvidenceLevel.choices, default=EvidenceLevel.NOT_ASSESSED
    )
    strengths = models.TextField(_("strengths"), blank=True)
    room_for_improvement = models.TextField(_("room for improvement"), blank=True)

    objects = GoodPracticeQuerySet.as_manager()

    class Meta(ContentItem.Meta):
        verbose_name = _("good practice")
        verbose_name_plural = _("good practices")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["live", "-first_published_at"], name="practice_newest"),
            models.Index(fields=["review_on"], name="practice_review"),
        ]

    # --- shown on pages ---------------------------------------------------------------------------------------
    @property
    def is_short(self) -> bool:
        """Whether this is a short record from a public source."""
        return self.record == Record.SHORT

    @property
    def period(self) -> str:
        """When the practice ran, in the active language and no more exactly than is known; may be empty."""
        return format_period(self.start_date, self.start_precision, self.end_date, self.end_precision)

    def get_preview_template(self, request: "HttpRequest", mode_name: str) -> str:
        """The public page's own template."""
        return "goodpractices/practice.html"

    def get_preview_context(self, request: "HttpRequest", mode_name: str) -> dict[str, Any]:
        """What the public page's template needs."""
        from goodpractices.presentation import practice_page

        return {**super().get_preview_context(request, mode_name), "page": practice_page(self, preview=True)}

    # --- rules of the template --------------------------------------------------------------------------------
    def clean(self) -> None:
        """Refuse what can never be right, also in a draft."""
        super().clean()
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValidationError({"end_date": _("The end lies before the start.")})

    def publication_problems(self) -> "list[tuple[str, _StrPromise | str]]":
        """Every field that keeps the practice from being published, with the count and the limit."""
        problems: list[tuple[str, _StrPromise | str]] = []
        problem = WORD_LIMITS["title"].problem(gettext("Title"), self.title)
        if problem:
            problems.append(("title", problem))
        problems += self._place_problems()
        problems += self._source_problems() if self.is_short else self._template_problems()
        return problems

    def _place_problems(self) -> "list[tuple[str, _StrPromise | str]]":
        problems: list[tuple[str, _StrPromise | str]] = []
        if not self.topics.all():
            problems.append(("topics", _("Topics: choose at least one.")))
        if self.scope != Scope.EU and not self.countries.all():
            problems.append(("countries", _("Countries: choose at least one.")))
        if self.scope == Scope.LOCAL and not self.area:
            problems.append(("area", _("City or region: name it, or choose another geographic scope.")))
        return problems

    def _source_problems(self) -> "list[tuple[str, _StrPromise | str]]":
        problems: list[tuple[str, _StrPromise | str]] = []
        if not self.source_url:
            problems.append(("source_url", _("Source link: a short record needs the source it rests on.")))
        if not self.summary.strip():
            problems.append(("summary", _("Summary: say in a sentence what the source says.")))
        return problems

    def _template_problems(self) -> "list[tuple[str, _StrPromise | str]]":
        problems: list[tuple[str, _StrPromise | str]] = []
        for field, heading in SECTIONS:
            text = getattr(self, field)
            if not text.strip():
                problems.append((field, gettext("%(label)s: not filled in.") % {"label": heading}))
            elif problem := WORD_LIMITS[field].problem(heading, text):
                problems.append((field, problem))
        if not self.target_groups.all():
            problems.append(("target_groups", _("Target groups: choose at least one.")))
        if not self.organisation.strip():
            problems.append(("organisation", _("Organisation: not filled in.")))
        return problems + self._age_problems()

    def _age_problems(self) -> "list[tuple[str, _StrPromise | str]]":
        if self.start_date is None:
            # The template asks for dates, or for a practice that has become part of a regular service.
            return [] if self.regular_service else [("start_date", _("Start date: not filled in."))]
        age = timezone.localdate() - self.start_date
        if age >= LEAST_AGE:
            return []
        months = max(0, age.days * 12 // 365)
        return [
            (
                "start_date",
                ngettext(
                    "Start date: the practice is %(months)d month old, it must have run for at least one year.",
                    "Start date: the practice is %(months)d months old, it must have run for at least one year.",
                    months,
                )
                % {"months": months},
            )
        ]


class PracticeLink(Orderable):
    """A web address about the practice."""

    practice = ParentalKey(GoodPractice, on_delete=models.CASCADE, related_name="links")
    url = models.URLField(_("address"), max_length=500)
    label = models.CharField(_("name"), max_length=200)

    class Meta(Orderable.Meta):
        verbose_name = _("link")

    def __str__(self) -> str:
        return self.label


class PracticeAttachment(Orderable):
    """A file about the practice."""

    practice = ParentalKey(GoodPractice, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(
        "core.PortalDocument", verbose_name=_("file"), on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("name"), max_length=200, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("attachment")

    def __str__(self) -> str:
        return self.title or self.document.title


class CriterionAssessment(Orderable):
    """An editor's answer to one criterion for one practice."""

    class Verdict(models.TextChoices):
        """The possible answers."""

        MET = "met", _("Met")
        NOT_MET = "not_met", _("Not met")
        NOT_ASSESSED = "not_assessed", _("Not assessed")

    practice = ParentalKey(GoodPractice, on_delete=models.CASCADE, related_name="assessments")
    criterion = models.ForeignKey(Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(_("answer"), max_length=12, choices=Verdict.choices, default=Verdict.NOT_ASSESSED)
    note = models.TextField(_("note"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("assessment")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["practice", "criterion"], name="one_answer_per_criterion")
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.verdict}"


class TransferRecord(Orderable):
    """A practice that was taken over somewhere else, or that took over another."""

    class Direction(models.TextChoices):
        """Which way the practice travelled."""

        ADAPTED_BY = "adapted_by", _("Adapted by")
        ADAPTED_FROM = "adapted_from", _("Adapted from")

    owner = ParentalKey(GoodPractice, on_delete=models.CASCADE, related_name="transfers")
    direction = models.CharField(_("direction"), max_length=12, choices=Direction.choices)
    practice = models.ForeignKey(
        GoodPractice,
        verbose_name=_("practice on this portal"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    outside_title = models.CharField(_("practice elsewhere"), max_length=255, blank=True)
    outside_url = models.URLField(_("address"), max_length=500, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("transfer")

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.practice or self.outside_title}"

    def clean(self) -> None:
        """Either a practice of this portal or one from elsewhere."""
        super().clean()
        if not self.practice_id and not self.outside_title:
            raise ValidationError({"practice": _("Choose a practice of this portal, or name one from elsewhere.")})


class GoodPracticeIndexPage(TranslatedPageMixin, Page):
    """The section /good-practices/ in the page tree: editors own its texts, ``goodpractices.urls`` what lies below."""

    edit_handler = page_edit_handler(*TRANSLATED_FIELDS)
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("section of good practices")

    def serve(self, request: "HttpRequest", *args: Any, **kwargs: Any) -> "HttpResponseBase":
        """The list with its filters, under the texts of this page."""
        from goodpractices import listing

        return listing.practices(request)
