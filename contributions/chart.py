"""A chart of the months as SVG, drawn on the server: no script, no style in the page, the table beside it says it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 720
HEIGHT: Final = 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 12, 28
_STEPS: Final = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``series`` says which colour and pattern."""

    series: int
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the grid, or the name of a month: where it stands and what it says."""

    position: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the template draws."""

    bars: list[Bar]
    lines: list[Mark]
    months: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    base: int = HEIGHT - _BOTTOM


def step_of(highest: int) -> int:
    """Return a round distance between lines, so that there are at most five of them."""
    power = 1
    while True:
        for factor in _STEPS:
            if highest <= factor * power * 5:
                return factor * power
        power *= 10


def shortened(names: "Sequence[str]") -> list[str]:
    """Return the first three letters of each name, or as many as tell it from the others: "juin" and "juil"."""
    lengths = [3] * len(names)
    for place, name in enumerate(names):
        others = [other for other in names if other != name]
        while lengths[place] < len(name) and any(other[: lengths[place]] == name[: lengths[place]] for other in others):
            lengths[place] += 1
    return [name[:length] for name, length in zip(names, lengths, strict=True)]


def draw(months: "Sequence[str]", series: "Sequence[tuple[str, Sequence[int]]]") -> Chart:
    """Return the bars of ``series`` (name and one number per month), side by side in each month."""
    highest = max((number for _name, numbers in series for number in numbers), default=0)
    step = step_of(max(highest, 1))
    top = step * max(1, -(-highest // step))
    room = HEIGHT - _TOP - _BOTTOM
    slot = (WIDTH - _LEFT - _RIGHT) / max(len(months), 1)
    width = min(slot * 0.7 / max(len(series), 1), 28.0)
    bars: list[Bar] = []
    for place, month in enumerate(months):
        begin = _LEFT + slot * place + (slot - width * len(series)) / 2
        for number, (name, values) in enumerate(series):
            height = room * values[place] / top
            x, y = round(begin + width * number, 1), round(HEIGHT - _BOTTOM - height, 1)
            bars.append(Bar(number, x, y, round(width - 1, 1), round(height, 1), f"{month}, {name}: {values[place]}"))
    lines = [Mark(round(HEIGHT - _BOTTOM - room * value / top, 1), str(value)) for value in range(0, top + 1, step)]
    shown = shortened(months)
    names = [Mark(round(_LEFT + slot * (place + 0.5), 1), month) for place, month in enumerate(shown)]
    return Chart(bars, lines, names)
