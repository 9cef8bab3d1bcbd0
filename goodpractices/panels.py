"""The editor's form, in the order of the common template: what was done, how good it is, how it is published."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    PublishingPanel,
    TabbedInterface,
)

from goodpractices.forms import GoodPracticeForm
from goodpractices.template import WORD_LIMITS
from goodpractices.template_texts import help_of, label_of
from goodpractices.widgets import AssessedCriterion, TermCheckboxes, WordCountInput, WordCountTextarea

#: Only people with this right see the quality profile and what belongs to publication.
PUBLISHERS: Final = "goodpractices.publish_goodpractice"


def template_panel(field: str, **kwargs: Any) -> FieldPanel:
    """A field with the template's own name and help."""
    return FieldPanel(field, heading=label_of(field), help_text=help_of(field), **kwargs)


def text_panel(field: str) -> FieldPanel:
    """A section of running text with its live word count."""
    return template_panel(field, widget=WordCountTextarea(WORD_LIMITS[field]))


class EditorialInlinePanel(InlinePanel):
    """A list of the quality profile; the form has no such list for people who may not publish."""

    class BoundPanel(InlinePanel.BoundPanel):
        """The list on one form."""

        children: list[Any]

        def __init__(self, **kwargs: Any) -> None:
            form, panel = kwargs["form"], kwargs["panel"]
            self.withheld = form is not None and panel.relation_name not in form.formsets
            if self.withheld:
                Panel.BoundPanel.__init__(self, **kwargs)
                self.label, self.children = panel.label, []
            else:
                super().__init__(**kwargs)

        def is_shown(self) -> bool:
            """Only where the form has the list."""
            return not self.withheld


def _theme(topic: Any) -> str:
    return str(topic.theme)


def _axis(group: Any) -> str:
    return str(group.get_axis_display())


_TEMPLATE_TAB: Final = ObjectList(
    [
        MultiFieldPanel(
            [
                template_panel(
                    "title", widget=WordCountInput(WORD_LIMITS["title"], always=True), required_on_save=True
                ),
                FieldRowPanel([FieldPanel("language"), FieldPanel("record")]),
                FieldPanel("english_title"),
            ],
            heading=_("Title and language"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("start_date"), FieldPanel("start_precision")]),
                FieldRowPanel([FieldPanel("end_date"), FieldPanel("end_precision")]),
                template_panel("regular_service"),
            ],
            heading=label_of("dates"),
            help_text=help_of("dates"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("scope", widget=forms.RadioSelect),
                template_panel("countries", widget=TermCheckboxes()),
                template_panel("area"),
            ],
            heading=_("Where"),
        ),
        FieldPanel(
            "topics",
            heading=_("Topics"),
            widget=TermCheckboxes(_theme),
            help_text=_("The themes follow from the topics."),
        ),
        text_panel("summary"),
        FieldPanel("english_summary"),
        text_panel("issue_and_goals"),
        text_panel("how_it_works"),
        text_panel("results"),
        MultiFieldPanel([text_panel("evaluation"), FieldPanel("evaluation_type")], heading=_("Evaluation")),
        MultiFieldPanel(
            [
                text_panel("who_benefits"),
                FieldPanel("persons_reached"),
                template_panel("target_groups", widget=TermCheckboxes(_axis)),
            ],
            heading=_("Who benefits?"),
        ),
        MultiFieldPanel(
            [text_panel("funding"), FieldRowPanel([FieldPanel("budget_amount"), FieldPanel("programmes")])],
            heading=_("Funding and resources"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([template_panel("organisation"), FieldPanel("organisation_type")]),
                template_panel("partners"),
            ],
            heading=_("Organisation and partners"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("contact_name"), FieldPanel("contact_email")])],
            heading=label_of("contact"),
            help_text=help_of("contact"),
        ),
        InlinePanel("links", heading=_("Links"), label=_("link"), help_text=help_of("links")),
        InlinePanel("attachments", heading=_("Attached files"), label=_("file"), help_text=help_of("files")),
        MultiFieldPanel([template_panel("photo"), FieldPanel("photo_credit")], heading=_("Photo")),
    ],
    heading=_("Template"),
)

_QUALITY_TAB: Final = ObjectList(
    [
        EditorialInlinePanel(
            "assessments",
            [
                FieldPanel("criterion", widget=AssessedCriterion),
                FieldPanel("verdict", widget=forms.RadioSelect(attrs={"class": "in-a-row"})),
                FieldPanel("note"),
            ],
            heading=_("Criteria for publication"),
            label=_("criterion"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("evidence_level", widget=forms.RadioSelect, permission=PUBLISHERS),
                FieldPanel("strengths", permission=PUBLISHERS),
                FieldPanel("room_for_improvement", permission=PUBLISHERS),
            ],
            heading=_("Judgement"),
        ),
        EditorialInlinePanel(
            "transfers",
            [
                FieldPanel("direction"),
                FieldPanel("practice"),
                FieldRowPanel([FieldPanel("outside_title"), FieldPanel("outside_url")]),
                FieldRowPanel([FieldPanel("place"), FieldPanel("year")]),
                FieldPanel("note"),
            ],
            heading=_("Transfers"),
            label=_("transfer"),
            help_text=_("Where this practice was taken over, or which one it took over."),
        ),
    ],
    heading=_("Quality profile and transfers"),
    permission=PUBLISHERS,
)

_PUBLICATION_TAB: Final = ObjectList(
    [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("source_name"), FieldPanel("source_url")])],
            heading=_("Source"),
            help_text=_("A short record needs the public source it rests on."),
        ),
        MultiFieldPanel(
            [
                FieldPanel("contributor", permission=PUBLISHERS),
                FieldPanel("contributor_credit", permission=PUBLISHERS),
            ],
            heading=_("Contributor"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("slug", permission=PUBLISHERS),
                FieldPanel("review_on", permission=PUBLISHERS),
                FieldPanel("confirmed_at", read_only=True),
            ],
            heading=_("Address and review"),
        ),
        PublishingPanel(),
    ],
    heading=_("Publication"),
)

practice_edit_handler: Final = TabbedInterface(
    [_TEMPLATE_TAB, _QUALITY_TAB, _PUBLICATION_TAB], base_form_class=GoodPracticeForm
)
