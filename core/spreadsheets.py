"""Tables to download that no spreadsheet program mistakes for formulas (OWASP, CSV injection)."""

from typing import Any, Final

#: With one of these at the beginning, a spreadsheet program calculates instead of showing the text.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> Any:
    """Return ``value`` so that a spreadsheet shows it as text: "=1+1" becomes "'=1+1"; other types stay."""
    dangerous = isinstance(value, str) and (
        value.startswith(_FORMULA_STARTS) or value.lstrip().startswith(_FORMULA_STARTS)
    )
    return f"'{value}" if dangerous else value


class HarmlessExportMixin:
    """Makes the rows of Wagtail's CSV and XLSX exports harmless; put in front of a listing view."""

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        """Return the row of ``item`` with every text made harmless."""
        row: dict[str, Any] = super().to_row_dict(item)  # type: ignore[misc]  # Wagtail's view has it
        return type(row)((field, safe_cell(value)) for field, value in row.items())
