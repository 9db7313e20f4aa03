"""Questions that only the command-centre screen asks: which indicators can be shown, and what arrived last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from citybrain.query.access import AccessContext
from citybrain.query.city import City
from citybrain.query.definitions import Indicator


@dataclass(frozen=True)
class Delivery:
    """One file that a department handed over. `received_at` is UTC."""

    feed: str
    title: str
    received_at: dt.datetime
    rows_in: int
    quarantined: int
    is_refused: bool
    """Whether the whole delivery was refused."""


def read_deliveries(city: City, access: AccessContext, most: int) -> list[Delivery]:
    """The newest deliveries, newest first."""
    city.snapshot_info(access)
    rows = city._served.open().rows(
        "SELECT b.*, f.title FROM shared.batches AS b JOIN shared.feeds AS f USING (feed)\n"
        f"WHERE b.received_at IS NOT NULL ORDER BY b.received_at DESC, b.batch DESC LIMIT {int(most)}"
    )
    return [
        Delivery(
            r["feed"],
            r["title"],
            r["received_at"],
            int(r["rows_in"] or 0),
            int(r["quarantined"] or 0),
            bool(r.get("error")),
        )
        for r in rows
    ]


def showable_indicators(city: City, access: AccessContext, depth: int) -> list[Indicator]:
    """Indicators whose sources have delivered and reach areas of that depth: newest data first, themes taking turns.

    What holds at any time (registers without dates) comes last: on a screen it would never move.
    """
    known = [i for i in city.indicators(access) if _reach(city, access, i) >= depth]
    covered = {i.code: last for i in known if (last := city.covered(access, i.code)[1]) is not None}
    known = [i for i in known if i.code in covered]
    newest = max(covered.values(), default=dt.date.min)
    moving = [i for i in known if covered[i.code] == newest and not _holds_always(city, access, i)]
    return [*_in_turns(moving), *_in_turns(i for i in known if i not in moving)]


def _bases(city: City, access: AccessContext, indicator: Indicator) -> list[Indicator]:
    codes = (indicator.numerator, indicator.denominator) if indicator.is_ratio else (indicator.code,)
    return [city.indicator(access, code) for code in codes]


def _reach(city: City, access: AccessContext, indicator: Indicator) -> int:
    return min(base.covered_depth for base in _bases(city, access, indicator))


def _holds_always(city: City, access: AccessContext, indicator: Indicator) -> bool:
    return all(base.carry == "both" for base in _bases(city, access, indicator))


def _in_turns(indicators: Iterable[Indicator]) -> list[Indicator]:
    """One of each theme, then the second of each, and so on; the order within a theme stays."""
    themes: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        themes.setdefault(indicator.theme, []).append(indicator)
    return [i for row in zip_longest(*themes.values()) for i in row if i is not None]


def worst_changes(rows: Sequence[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Rows of `City.change` whose counts moved to the bad side, the least accidental first.

    Judged by |difference| / √(this + previous), the number of standard deviations by which two counts of equal
    expectation differ (Poisson): 1 → 3 cases is less than 40 → 80. Needs `better` in each row; neutral ones never count.
    """
    found = []
    for row in rows:
        difference, both = row["difference"], (row["value"] or 0) + (row["previous"] or 0)
        worse = difference and (difference > 0) == (row["better"] == "lower") and row["better"] != "neutral"
        if worse and both > 0:
            found.append({**row, "weight": abs(difference) / both**0.5})
    return sorted(found, key=lambda r: -r["weight"])[:most]
