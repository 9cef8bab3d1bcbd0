"""App configuration of ``taxonomy``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TaxonomyConfig(AppConfig):
    """The vocabulary that all content is described with."""

    name = "taxonomy"
    verbose_name = _("Taxonomy")
