"""Form controls of the public forms: many choices without a maze."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django import forms


class GroupedCheckboxes(forms.CheckboxSelectMultiple):
    """Choices as checkboxes under headings that fold; what is chosen stands on top, and a script adds a filter.

    Choices come grouped (Django's option groups), or ``group_of`` says the heading of a model's instance.
    """

    template_name = "contributions/widgets/grouped_checkboxes.html"

    def __init__(self, group_of: Callable[[Any], Any] | None = None, attrs: dict[str, Any] | None = None) -> None:
        self.group_of = group_of
        super().__init__(attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the groups (heading, options, how many are chosen) and the chosen options."""
        context = super().get_context(name, value, attrs)
        if self.group_of is None:
            grouped = [(heading or "", list(options)) for heading, options, _index in context["widget"]["optgroups"]]
        else:
            flat = [option for _heading, options, _index in context["widget"]["optgroups"] for option in options]
            grouped = [(heading, list(options)) for heading, options in groupby(flat, key=self._heading)]
        context["widget"]["groups"] = [
            {"heading": heading, "options": options, "chosen": sum(bool(option["selected"]) for option in options)}
            for heading, options in grouped
        ]
        context["widget"]["chosen"] = [option for _head, options in grouped for option in options if option["selected"]]
        return context

    def _heading(self, option: dict[str, Any]) -> str:
        instance = getattr(option["value"], "instance", None)
        return str(self.group_of(instance)) if self.group_of and instance is not None else ""
