"""What is looked at: the whole state of the explorer, as it stands in the URL."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qsl, urlencode

from citybrain.query.periods import PERIOD_TYPES
from citybrain.web.texts import DEFAULT_LANGUAGE, known_language

DEFAULT_PERIOD = "week"
VIEWS = ("", "multiples")
MOST_MORE = 8
"""Further columns of the table; more would not be read beside each other."""
_KEYS = {"with_area": "with"}


@dataclass(frozen=True)
class Selection:
    """Empty fields mean the default, which depends on the snapshot: top area, first indicator, latest period."""

    area: str = ""
    level: str = ""
    """Level of the areas shown within `area`; empty = the next one down."""
    indicator: str = ""
    period: str = DEFAULT_PERIOD
    """One of `query.periods.PERIOD_TYPES`."""
    on: dt.date | None = None
    """Any day of the period looked at; None = the latest."""
    why: str = ""
    """Code of the area whose number is being explained; empty = the panel is closed."""
    lang: str = DEFAULT_LANGUAGE
    with_area: str = ""
    """Code of a second area whose course stands beside that of the first; `with` in the URL."""
    against: dt.date | None = None
    """Any day of a second period: the map shows the difference from it."""
    view: str = ""
    """`multiples`: one small map a period; empty = one map."""
    more: tuple[str, ...] = ()
    """Codes of further indicators in the table; with commas between them in the URL."""
    against_indicator: str = ""
    """Code of a second indicator: the areas are scattered by both instead of ranked."""

    @classmethod
    def from_query(cls, query: str | None) -> Selection:
        """The selection of a query string, with or without `?`; what cannot be understood counts as not said."""
        said = dict(parse_qsl((query or "").lstrip("?")))
        return cls(
            area=said.get("area", ""),
            level=said.get("level", ""),
            indicator=said.get("indicator", ""),
            period=said["period"] if said.get("period") in PERIOD_TYPES else DEFAULT_PERIOD,
            on=_day(said.get("on")),
            why=said.get("why", ""),
            lang=known_language(said.get("lang")),
            with_area=said.get("with", ""),
            against=_day(said.get("against")),
            view=said["view"] if said.get("view") in VIEWS else "",
            more=tuple(dict.fromkeys(filter(None, said.get("more", "").split(","))))[:MOST_MORE],
            against_indicator=said.get("against_indicator", ""),
        )

    def query(self) -> str:
        """The query string with `?`; only what differs from the default. Empty for the default selection."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        named = {_KEYS.get(n, n): ",".join(v) if isinstance(v, tuple) else v for n, v in said.items()}
        return "?" + urlencode(named, safe=",") if named else ""

    def but(self, **changes: object) -> Selection:
        """The selection with some fields changed, and the explanation closed unless it is what changes."""
        return replace(self, **{"why": "", **changes})  # type: ignore[arg-type]

    def href(self, **changes: object) -> str:
        """Address of the explorer with this selection, changed."""
        return "/explore" + (self.but(**changes) if changes else self).query()


def _day(text: str | None) -> dt.date | None:
    """The day, or None for what is not one."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None
