"""The form controls of the common template: text with a live word count, terms as grouped checkboxes."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext, ngettext
from wagtail.admin.widgets import AdminAutoHeightTextInput

from goodpractices.template import WordLimit

if TYPE_CHECKING:
    from collections.abc import Callable


class WordCountMixin:
    """Tells ``word-counter.js`` the limits of a field and the words to say them with."""

    def __init__(self, limit: WordLimit, attrs: dict[str, Any] | None = None, *, always: bool = False) -> None:
        self.limit = limit
        #: Whether the limit also holds for short records.
        self.always = always
        super().__init__(attrs)  # type: ignore[call-arg]  # the widget's

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the limits, in the editor's language, because widgets are made before the language is known."""
        least, most = self.limit.least, self.limit.most
        values = {"least": least, "most": most}
        numbers = gettext("%(least)d–%(most)d") if least else gettext("at most %(most)d")
        counter = {
            "data-word-counter": "true",
            "data-words-least": least,
            "data-words-most": most,
            "data-words-one": ngettext("{count} word", "{count} words", 1),
            "data-words-other": ngettext("{count} word", "{count} words", 2),
            "data-words-limit": numbers % values,
            "data-words-over": gettext("too long"),
            "data-words-under": gettext("too short"),
        }
        if not self.always:
            counter |= {"data-words-exempt-name": "record", "data-words-exempt-value": "short"}
        merged: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)  # type: ignore[misc]  # the widget's
        return counter | merged

    class Media:
        js: ClassVar[list[str]] = ["core/word-counter.js"]


class WordCountTextarea(WordCountMixin, AdminAutoHeightTextInput):
    """A section of running text with its word count."""


class WordCountInput(WordCountMixin, forms.TextInput):
    """A line of text with its word count."""


class TermCheckboxes(forms.CheckboxSelectMultiple):
    """Terms as checkboxes, in a fieldset per group (topics by theme, target groups by axis)."""

    template_name = "goodpractices/admin/term_checkboxes.html"

    def __init__(self, group_of: "Callable[[Any], Any] | None" = None, attrs: dict[str, Any] | None = None) -> None:
        self.group_of = group_of
        super().__init__(attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the options by group; the terms come in their order, and each group stands where its first term does."""
        context = super().get_context(name, value, attrs)
        # Editors number terms as they like: those of one group need not follow each other.
        groups: dict[str, list[dict[str, Any]]] = {}
        for _group, found, _index in context["widget"]["optgroups"]:
            for option in found:
                groups.setdefault(self._heading(option), []).append(option)
        context["widget"]["groups"] = list(groups.items())
        return context

    def _heading(self, option: dict[str, Any]) -> str:
        instance = getattr(option["value"], "instance", None)
        return str(self.group_of(instance)) if self.group_of and instance is not None else ""


class AssessedCriterion(forms.Select):
    """The criterion a row answers, as text: every practice has each criterion once, so there is nothing to choose."""

    template_name = "goodpractices/admin/assessed_criterion.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the criterion itself, or keep the list where a row has none yet."""
        context = super().get_context(name, value, attrs)
        chosen = str(value) if value else ""
        for _group, options, _index in context["widget"]["optgroups"]:
            for option in options:
                if chosen and str(option["value"]) == chosen:
                    context["criterion"] = getattr(option["value"], "instance", None)
        return context
