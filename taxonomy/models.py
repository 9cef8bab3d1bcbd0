"""Terms: a stable code, names in three languages, an order; retired instead of deleted."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from taxonomy.querysets import TermQuerySet


class Term(index.Indexed, models.Model):
    """One entry of a vocabulary."""

    code = models.SlugField(
        _("code"),
        max_length=80,
        unique=True,
        help_text=_("Stable: it stands in addresses and in other people's data, and never changes."),
    )
    name = models.CharField(_("name"), max_length=160)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired = models.BooleanField(
        _("retired"), default=False, help_text=_("Kept on old content, no longer offered for new content.")
    )

    objects = TermQuerySet.as_manager()
    search_fields: ClassVar[list[index.BaseField]] = [
        index.SearchField("name_en"),
        index.AutocompleteField("name_en"),
        index.FilterField("retired"),
    ]

    class Meta:
        abstract = True
        ordering = ("order", "code")

    def __str__(self) -> str:
        return str(self.name)


class Theme(Term):
    """One of the six themes under which everything on the portal stands."""

    description = models.TextField(_("description"), blank=True)

    class Meta(Term.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class Topic(Term):
    """A topic of a theme; content carries topics, and its themes follow from them."""

    theme = models.ForeignKey(Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="topics")

    class Meta(Term.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class Country(Term):
    """A Member State, by its ISO 3166-1 code, or the European Union as a whole ("EU")."""

    EU_WIDE: ClassVar[str] = "EU"

    class Meta(Term.Meta):
        verbose_name = _("country")
        verbose_name_plural = _("countries")


class Language(Term):
    """One of the 24 official languages of the European Union, by its ISO 639-1 code."""

    endonym = models.CharField(_("own name"), max_length=60)

    class Meta(Term.Meta):
        verbose_name = _("language")
        verbose_name_plural = _("languages")


class TargetGroup(Term):
    """A group of people a practice is for, on one of five axes."""

    class Axis(models.TextChoices):
        """The five axes of the common template."""

        AGE = "age", _("Age")
        MIGRATION_REASON = "migration-reason", _("Reason for migration")
        RESIDENCE_STATUS = "residence-status", _("Residence status")
        EMPLOYMENT_STATUS = "employment-status", _("Employment status")
        GENDER = "gender", _("Gender")

    axis = models.CharField(_("axis"), max_length=24, choices=Axis.choices)

    class Meta(Term.Meta):
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")


class OrganisationType(Term):
    """What kind of body stands behind a piece of content."""

    class Meta(Term.Meta):
        verbose_name = _("type of organisation")
        verbose_name_plural = _("types of organisation")


class DocumentType(Term):
    """What kind of document a library item is."""

    class Meta(Term.Meta):
        verbose_name = _("type of document")
        verbose_name_plural = _("types of document")


VOCABULARIES: tuple[type[Term], ...] = (
    Theme,
    Topic,
    Country,
    Language,
    TargetGroup,
    OrganisationType,
    DocumentType,
)
