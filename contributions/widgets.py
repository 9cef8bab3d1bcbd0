"""Form controls of the public forms: many choices without a maze."""

from typing import Any

from django import forms


class GroupedCheckboxes(forms.CheckboxSelectMultiple):
    """Choices as checkboxes under headings that fold; what is chosen stands on top, and a script adds a filter.

    Choices come grouped, as Django's option groups.
    """

    template_name = "contributions/widgets/grouped_checkboxes.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the groups (heading, options, how many are chosen) and the chosen options."""
        context = super().get_context(name, value, attrs)
        grouped = [(heading or "", options) for heading, options, _index in context["widget"]["optgroups"]]
        context["widget"]["groups"] = [
            {"heading": heading, "options": options, "chosen": sum(bool(option["selected"]) for option in options)}
            for heading, options in grouped
        ]
        context["widget"]["chosen"] = [option for _head, options in grouped for option in options if option["selected"]]
        return context
