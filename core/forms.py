"""The upload forms of the editorial office, held to ``core.uploads``."""

from typing import Any

from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from core.uploads import check_document, redraw_picture


class PortalImageForm(BaseImageForm):
    """Takes a picture and keeps only its pixels."""

    def clean_file(self) -> Any:
        """Return the picture drawn anew; a picture that was not changed stays as it is."""
        upload = self.cleaned_data["file"]
        return redraw_picture(upload) if "file" in self.changed_data else upload


class PortalDocumentForm(BaseDocumentForm):
    """Takes a file that is what its name says."""

    def clean_file(self) -> Any:
        """Return the file when it may be taken."""
        upload = self.cleaned_data["file"]
        if "file" in self.changed_data:
            check_document(upload)
        return upload
