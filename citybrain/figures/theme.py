"""Colours and type of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from citybrain.figures.classes import Classes
from citybrain.schema.value_state import ValueState

FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif'
"""Fonts of the machine itself: nothing is fetched."""


@dataclass(frozen=True)
class Theme:
    """One look; a page has its own in CSS with the same values."""

    text: str
    muted: str
    line: str
    surface: str
    accent: str
    sequence: tuple[str, ...]
    """Classes from low to high, one hue from light to dark: ordered for the colour-blind and in grey print too."""
    zero: str
    no_data: str
    """A grey that nothing else uses: the page's style sheet finds areas without data by it and hatches them."""
    late: str
    quarantined: str
    suppressed: str
    """Greys of their own for the other reasons why there is no number, found and hatched in the same way."""
    doubtful: str
    """The outline of a zero that is not to be believed."""
    rise: tuple[str, ...]
    fall: tuple[str, ...]
    """Differences from small to large: orange and purple, which the colour-blind tell apart."""
    second: str
    """The other one of two areas that are compared."""
    warn: str
    alarm: str
    target: str
    border: str
    highlight: str
    size: int = 14


LIGHT = Theme(
    text="#14213d",
    muted="#52607a",
    line="#dfe5ee",
    surface="#ffffff",
    accent="#1c5fb0",
    sequence=("#d6e6f7", "#a6cbec", "#6ba6db", "#2f78bd", "#134a86"),
    zero="#fbfcfe",
    no_data="rgb(217, 221, 227)",
    late="rgb(226, 217, 204)",
    quarantined="rgb(224, 210, 216)",
    suppressed="rgb(214, 219, 232)",
    doubtful="#c27700",
    rise=("#fde3c1", "#f2a65a", "#b35806"),
    fall=("#e0dcf0", "#a99ccf", "#5b3a93"),
    second="#8a3b8f",
    warn="#a86200",
    alarm="#ab2330",
    target="#11694a",
    border="#8ea3bd",
    highlight="#e07b00",
)
"""Analysts' pages."""


def class_colour(place: int, classes: int, colours: int) -> int:
    """Which of the colours, light to dark, the class at this place gets."""
    if classes <= 1:
        return colours // 2
    return round(place * (colours - 1) / (classes - 1))


def scale_of(classes: Classes, theme: Theme) -> tuple[str, ...]:
    """Colours from low to high with zero among them: first, or, for differences, in the middle."""
    if classes.is_signed:
        return (*reversed(theme.fall), theme.zero, *theme.rise)
    return (theme.zero, *theme.sequence)


def place_of(value: float, classes: Classes, theme: Theme) -> int:
    """Place of a value in `scale_of`."""
    steps = theme.rise if classes.is_signed else theme.sequence
    zero = len(theme.fall) if classes.is_signed else 0
    if not value:
        return zero
    place = 1 + class_colour(classes.of(value), len(classes.edges), len(steps))
    return zero - place if classes.is_signed and value < 0 else zero + place


def silent_colour(theme: Theme, state: str) -> str:
    """The colour of an area or period without a number, by the reason; unknown reasons look like no data."""
    known = {
        ValueState.LATE: theme.late,
        ValueState.QUARANTINED: theme.quarantined,
        ValueState.SUPPRESSED: theme.suppressed,
    }
    return {s.value: colour for s, colour in known.items()}.get(state, theme.no_data)


SILENT_PATTERNS = {
    ValueState.NO_DATA: "/",
    ValueState.LATE: "\\",
    ValueState.QUARANTINED: "x",
    ValueState.SUPPRESSED: ".",
}
"""Hatches of bars that stand for the absence of a number; the page's style sheet draws the same ones on the map."""


def hatch(theme: Theme, states: Sequence[str]) -> dict[str, object]:
    """The `marker` of bars that each stand for a missing number."""
    return {
        "color": [silent_colour(theme, s) for s in states],
        "line": {"width": 0},
        "pattern": {
            "shape": [SILENT_PATTERNS[ValueState(s)] if s in SILENT_PATTERNS else "/" for s in states],
            "fgcolor": theme.muted,
            "fgopacity": 0.55,
            "size": 7,
            "solidity": 0.22,
            "fillmode": "overlay",
        },
    }


def layout(theme: Theme, **more: object) -> dict[str, object]:
    """The layout that every figure starts from."""
    return {
        "font": {"family": FONT, "size": theme.size, "color": theme.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "hoverlabel": {
            "bgcolor": theme.surface,
            "bordercolor": theme.muted,
            "font": {"family": FONT, "size": theme.size, "color": theme.text},
            "align": "left",
        },
        **more,
    }
