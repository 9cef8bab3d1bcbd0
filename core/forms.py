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
    """Takes a file that is what its name says; shows what was wrong when its text was read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.text_problem and "file" in self.fields:
            field = self.fields["file"]
            field.help_text = f"{self.instance.get_text_problem_display()} {field.help_text}".strip()

    def clean_file(self) -> Any:
        """Return the file when it may be taken."""
        upload = self.cleaned_data["file"]
        if "file" in self.changed_data:
            check_document(upload)
        return upload
