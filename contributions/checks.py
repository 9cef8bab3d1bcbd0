"""System checks about what can be contributed."""

from collections.abc import Iterable

from django.core.checks import CheckMessage, Error, register

from contributions.registry import all_types

#: What stands in an address where a step's code could.
OTHER_PAGES = frozenset({"check", "discard", "files", "preview", "submit"})


@register()
def check_registrations(app_configs: object = None, **_options: object) -> Iterable[CheckMessage]:
    """Name every registration whose steps, fields or codes do not fit (``contributions.E001``)."""
    errors: list[CheckMessage] = []
    for kind in all_types():
        codes = [step.code for step in kind.steps]
        fields = [name for step in kind.steps for name in step.form.base_fields]
        wrong = {
            "two steps have one code": len(codes) != len(set(codes)),
            "two steps have a field of one name": len(fields) != len(set(fields)),
            "a step has the name of a page that every form has": bool(set(codes) & OTHER_PAGES),
            "no step has the title and the language": not {"title", "language"} <= set(fields),
        }
        errors += [
            Error(f"The contribution type {kind.code!r}: {text}.", id="contributions.E001")
            for text, holds in wrong.items()
            if holds
        ]
    return errors
