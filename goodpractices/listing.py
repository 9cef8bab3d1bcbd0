"""The list of good practices: the search with its type set, and the practices chosen for comparison carried along."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from goodpractices.models import GoodPractice
from search.listing import Listing

PRACTICES: Final = Listing(
    name="good-practices",
    heading=_("Good practices"),
    list_name="goodpractices:list",
    download_name="goodpractices:download",
    types=(GoodPractice.kind,),
    kept=("compare",),
)

practices, download = PRACTICES.views()
