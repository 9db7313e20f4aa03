"""What the reconciliation pages were asked for: their query, read and checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from citybrain.errors import AccessError
from citybrain.query.periods import parse_period
from citybrain.query.reconciliation import Asked
from citybrain.reconciliation import Status
from citybrain.web.navigation import Visit

DIFFERING = (Status.DIFFERS, Status.LEFT_MISSING, Status.RIGHT_MISSING)
PAGE_LENGTH = 200


@dataclass(frozen=True)
class Filter:
    """Which cells are listed."""

    rule: str
    area: str
    status: str
    """One of `Status`, `all`, or empty: whatever does not agree."""
    first_on: dt.date | None
    last_on: dt.date | None
    page: int
    """From 1."""

    @classmethod
    def of(cls, visit: Visit) -> Filter:
        """The filter of a query; what cannot be understood counts as not said."""
        said = visit.said
        status = said.get("status", "")
        page = said.get("page", "1")
        return cls(
            said.get("rule", ""),
            said.get("area", ""),
            status if status in {*Status, "all"} else "",
            _day(said.get("from")),
            _day(said.get("to")),
            max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )

    @property
    def asked(self) -> Asked:
        """The question to the query layer."""
        statuses = tuple(DIFFERING) if not self.status else () if self.status == "all" else (self.status,)
        span = (self.first_on or dt.date.min, self.last_on or dt.date.max) if self.first_on or self.last_on else None
        return Asked(self.rule, self.area, span, statuses)


def asked_cell(visit: Visit) -> tuple[str, str, dt.date | None]:
    """Rule, area and period of one cell. Raises AccessError where the query names none."""
    said = visit.said
    rule, area, period = said.get("rule", ""), said.get("area", ""), said.get("period", "")
    if not rule or not area:
        raise AccessError("reconciliation", "no difference was named", expected="`rule` and `area`")
    return rule, area, parse_period(period) if period else None


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None
