"""What is looked at: the whole state of the explorer, as it stands in the URL."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qsl, urlencode

from citybrain.query.periods import PERIOD_TYPES
from citybrain.web.texts import DEFAULT_LANGUAGE, known_language

DEFAULT_PERIOD = "week"


@dataclass(frozen=True)
class Selection:
    """Empty fields mean the default, which depends on the snapshot: top area, first indicator, latest period."""

    area: str = ""
    level: str = ""
    """Level of the areas shown within `area`; empty = the next one down."""
    indicator: str = ""
    period: str = DEFAULT_PERIOD
    """day, week or month."""
    on: dt.date | None = None
    """Any day of the period looked at; None = the latest."""
    why: str = ""
    """Code of the area whose number is being explained; empty = the panel is closed."""
    lang: str = DEFAULT_LANGUAGE

    @classmethod
    def from_query(cls, query: str | None) -> Selection:
        """The selection of a query string, with or without `?`; what cannot be understood counts as not said."""
        said = dict(parse_qsl((query or "").lstrip("?")))
        try:
            on = dt.date.fromisoformat(said["on"]) if "on" in said else None
        except ValueError:
            on = None
        return cls(
            area=said.get("area", ""),
            level=said.get("level", ""),
            indicator=said.get("indicator", ""),
            period=said["period"] if said.get("period") in PERIOD_TYPES else DEFAULT_PERIOD,
            on=on,
            why=said.get("why", ""),
            lang=known_language(said.get("lang")),
        )

    def query(self) -> str:
        """The query string with `?`; only what differs from the default. Empty for the default selection."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return "?" + urlencode(said) if said else ""

    def but(self, **changes: object) -> Selection:
        """The selection with some fields changed, and the explanation closed unless it is what changes."""
        return replace(self, **{"why": "", **changes})  # type: ignore[arg-type]

    def href(self, **changes: object) -> str:
        """Address of the explorer with this selection, changed."""
        return "/explore" + (self.but(**changes) if changes else self).query()
