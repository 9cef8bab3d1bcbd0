"""The blocks static pages are made of."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

TEXT_FEATURES: list[str] = ["bold", "italic", "ol", "ul", "link", "document-link"]


class HeadingBlock(blocks.StructBlock):
    """A heading of the second or third level; the first is the page's own."""

    text = blocks.CharBlock(label=_("Heading"), max_length=160)
    level = blocks.ChoiceBlock(choices=[("2", _("Section")), ("3", _("Subsection"))], default="2", label=_("Level"))

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "core/blocks/heading.html"


class QuestionBlock(blocks.StructBlock):
    """A question with its answer, folded away until asked for."""

    question = blocks.CharBlock(label=_("Question"), max_length=250)
    answer = blocks.RichTextBlock(label=_("Answer"), features=TEXT_FEATURES)

    class Meta:
        icon = "help"
        label = _("Question")
        template = "core/blocks/question.html"


class NoticeBlock(blocks.StructBlock):
    """Something the reader should not miss."""

    title = blocks.CharBlock(label=_("Title"), max_length=160)
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Notice")
        template = "core/blocks/notice.html"


class PictureBlock(blocks.StructBlock):
    """A picture with its text alternative, caption and credit."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "core/blocks/picture.html"


class BodyBlock(blocks.StreamBlock):
    """The running text of a static page."""

    heading = HeadingBlock()
    paragraph = blocks.RichTextBlock(
        label=_("Text"), features=TEXT_FEATURES, icon="pilcrow", template="core/blocks/paragraph.html"
    )
    question = QuestionBlock()
    notice = NoticeBlock()
    picture = PictureBlock()

    class Meta:
        block_counts: ClassVar[dict[str, dict[str, int]]] = {}
