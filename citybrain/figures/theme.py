"""Colours and type of figures."""

from __future__ import annotations

from dataclasses import dataclass

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
    border="#8ea3bd",
    highlight="#e07b00",
)
"""Analysts' pages."""


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
