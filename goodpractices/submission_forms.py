"""The common template in short steps, as people fill it in on the public site."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.models import Scope
from contributions.forms import StepForm
from contributions.widgets import GroupedCheckboxes
from core.languages import CHOICES
from goodpractices.models import EvaluationType
from goodpractices.submission_fields import (
    CodesField,
    LinksField,
    RoughDateField,
    WordCountLine,
    WordCountTextarea,
    country_choices,
    organisation_type_choices,
    target_group_choices,
    topic_choices,
)
from goodpractices.template import WORD_LIMITS
from goodpractices.template_texts import help_of, label_of

_LONGEST = 20_000


def section(field: str) -> forms.CharField:
    """A section of running text under the template's own name, with its limits."""
    widget = WordCountTextarea(WORD_LIMITS[field], {"rows": 8}, always=True)
    return forms.CharField(label=label_of(field), help_text=help_of(field), max_length=_LONGEST, widget=widget)


class BasicsForm(StepForm):
    """What the practice is called, in which language it is written, when it ran."""

    title = forms.CharField(
        label=label_of("title"),
        help_text=help_of("title"),
        max_length=255,
        widget=WordCountLine(WORD_LIMITS["title"], always=True),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language you write in"),
        choices=[("", gettext_lazy("Please choose")), *CHOICES],
        help_text=gettext_lazy("Any official language of the European Union. Readers find it in their own language."),
    )
    start_date = RoughDateField(
        label=gettext_lazy("Start"), help_text=gettext_lazy("A year (2019), a month (03/2019) or a day (12/03/2019).")
    )
    end_date = RoughDateField(
        label=gettext_lazy("End"), help_text=gettext_lazy("Leave it empty if the practice is still running.")
    )
    regular_service = forms.BooleanField(label=label_of("regular_service"), help_text=help_of("regular_service"))

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start."""
        cleaned = super().clean()
        start, end = cleaned.get("start_date"), cleaned.get("end_date")
        if start and end and end.date < start.date:
            self.add_error("end_date", _("The end lies before the start."))
        return cleaned


class PlaceForm(StepForm):
    """Where the practice takes place, and what it is about."""

    scope = forms.ChoiceField(
        label=gettext_lazy("Where does it apply?"), choices=Scope.choices, widget=forms.RadioSelect
    )
    countries = CodesField(
        country_choices,
        label=label_of("countries"),
        help_text=help_of("countries"),
        widget=forms.CheckboxSelectMultiple,
    )
    area = forms.CharField(label=label_of("area"), help_text=help_of("area"), max_length=160)
    topics = CodesField(
        topic_choices,
        label=gettext_lazy("Topics"),
        help_text=gettext_lazy("Choose what the practice is mainly about; one to three are enough."),
        widget=GroupedCheckboxes,
    )


class StoryForm(StepForm):
    """What was done and with what result."""

    summary = section("summary")
    issue_and_goals = section("issue_and_goals")
    how_it_works = section("how_it_works")
    results = section("results")


class BenefitForm(StepForm):
    """How it was evaluated, and who benefits."""

    evaluation = section("evaluation")
    evaluation_type = forms.ChoiceField(
        label=gettext_lazy("Type of evaluation"), choices=[("", gettext_lazy("Please choose")), *EvaluationType.choices]
    )
    who_benefits = section("who_benefits")
    persons_reached = forms.IntegerField(
        label=gettext_lazy("Persons reached"), min_value=0, max_value=100_000_000, localize=False
    )
    target_groups = CodesField(
        target_group_choices,
        label=label_of("target_groups"),
        help_text=help_of("target_groups"),
        widget=GroupedCheckboxes,
    )


class ResourcesForm(StepForm):
    """What it costs, who pays, who runs it."""

    funding = section("funding")
    budget_amount = forms.DecimalField(
        label=gettext_lazy("Budget in euro"), min_value=0, max_digits=14, decimal_places=2
    )
    programmes = forms.CharField(
        label=gettext_lazy("Funding programmes"),
        help_text=gettext_lazy("For example AMIF, ESF+, a foundation."),
        max_length=300,
    )
    organisation = forms.CharField(label=label_of("organisation"), help_text=help_of("organisation"), max_length=200)
    organisation_type = forms.ChoiceField(label=gettext_lazy("Type of organisation"), choices=organisation_type_choices)
    partners = forms.CharField(
        label=label_of("partners"), help_text=help_of("partners"), max_length=5000, widget=forms.Textarea({"rows": 3})
    )


class ContactForm(StepForm):
    """Who can be asked, where to read more, and what the portal should show beside the text."""

    contact_name = forms.CharField(label=gettext_lazy("Contact person"), max_length=160)
    contact_email = forms.EmailField(
        label=gettext_lazy("Contact address"),
        help_text=gettext_lazy("Never shown; messages are passed on by a form."),
        max_length=254,
    )
    links = LinksField(
        label=label_of("links"),
        help_text=gettext_lazy("One address to a line, followed by its name: https://example.org Our annual report"),
        widget=forms.Textarea({"rows": 4, "maxlength": "6000"}),
    )
    english_title = forms.CharField(
        label=gettext_lazy("English title"),
        help_text=gettext_lazy("If you can: shown as an unofficial translation."),
        max_length=255,
    )
    english_summary = forms.CharField(
        label=gettext_lazy("English summary"),
        help_text=gettext_lazy("If you can: shown as an unofficial translation."),
        max_length=5000,
        widget=forms.Textarea({"rows": 5, "lang": "en"}),
    )
