"""What needs somebody's attention in a span of days: differences between departments, reports that are late, missing or
not to be believed, and orders that nobody carried out or checked.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from citybrain.query.access import AccessContext
from citybrain.query.areas import Area
from citybrain.query.city import City
from citybrain.query.quality import columns_of
from citybrain.query.reconciliation import FEWEST_PERSONS, Asked, ReconciliationRule
from citybrain.query.reports import reporting_feeds
from citybrain.query.snapshot import OpenSnapshot
from citybrain.reconciliation import Status
from citybrain.sql import literals

COMPARED = (Status.AGREES, Status.WITHIN_TOLERANCE, Status.DIFFERS)
"""Cells of which both sides speak; where one is silent there is nothing to compare."""

_AMOUNTS = ("left_count", "right_count", "matched", "left_only", "right_only")

Days = tuple[dt.date, dt.date]
"""First and last day."""


@dataclass(frozen=True)
class Difference:
    """What both sides of a rule have in an area over some periods, added up."""

    rule: ReconciliationRule
    area_code: str
    """Empty: all areas asked for together."""
    area_name: str
    left: float
    right: float
    matched: float
    left_only: float
    right_only: float
    differing: int
    """Cells (area and period) beyond the tolerance of the rule."""

    @property
    def unmatched(self) -> float:
        """What stands on one side only."""
        return self.left_only + self.right_only

    @property
    def weight(self) -> float:
        """How little chance explains it: what stands on one side only, over the root of what was counted.

        Makes three of six weigh less than thirty of sixty, and more than thirty of six thousand.
        """
        counted = self.left + self.right
        return float(self.unmatched / counted**0.5) if counted > 0 else 0.0


@dataclass(frozen=True)
class ReportFaults:
    """The reports of one feed that an area owed in some days."""

    feed: str
    area: Area
    owed: int
    late: int
    missing: int
    zeros: int
    """Stated zeros that are not to be believed, each measure of each report for itself."""
    witnessed: float | None
    """What other departments saw of it there on those days; None if nobody looks or the asker may not see it."""

    @property
    def faults(self) -> int:
        """Reports that nobody can use, or only too late."""
        return self.late + self.missing + self.zeros


@dataclass(frozen=True)
class HandlerOrders:
    """Orders of one handler in one area, as they stood at the end of a day."""

    handler: str
    area: Area
    overdue: int
    """Past their deadline without feedback."""
    longest_days: int
    """Days since the oldest of these deadlines; 0 where none is past."""
    unverified: int
    """Said to be done, and checked by nobody."""


def differences(city: City, access: AccessContext, area: str, days: Days, *, by_area: bool = False) -> list[Difference]:
    """One per rule (and area) with anything to compare in these days, the least accidental first.

    Rules over registers have no day: they belong to every span. Whoever may not see small counts is told no sum that holds
    so few people, nor one that tells a single hidden cell by what is left.
    """
    rules = {r.rule: r for r in city.reconciliation_rules(access)}
    if not rules:
        return []
    all_seeing = replace(access, sees_small_counts=True)
    cells = city.reconciliations(all_seeing, Asked(area=area, period=days, statuses=COMPARED))
    summed: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for cell in cells.iter_rows(named=True):
        summed[cell["rule"], cell["area_code"] if by_area else ""].append(cell)
    found = [
        _difference(rules[rule], at, of_rule)
        for (rule, at), of_rule in summed.items()
        if access.sees_small_counts or not rules[rule].counts_persons or not _points_at_few(of_rule)
    ]
    return sorted(found, key=lambda d: (-d.weight, d.rule.sort_order, d.area_code))


def _points_at_few(cells: list[dict[str, Any]]) -> bool:
    """Whether the sum of the cells is small, or exactly one of them is."""
    sums = [sum(c[n] or 0.0 for c in cells) for n in _AMOUNTS]
    return _is_small(sums) or sum(_is_small([c[n] or 0.0 for n in _AMOUNTS]) for c in cells) == 1


def _is_small(amounts: Iterable[float]) -> bool:
    return any(0 < amount < FEWEST_PERSONS for amount in amounts)


def _difference(rule: ReconciliationRule, area: str, cells: list[dict[str, Any]]) -> Difference:
    # A side without any record of it holds nothing of it.
    left, right, matched, left_only, right_only = (sum(c[n] or 0.0 for c in cells) for n in _AMOUNTS)
    differing = sum(c["status"] == Status.DIFFERS for c in cells)
    name = (cells[0]["area_name"] or area) if area else ""
    return Difference(rule, area, name, left, right, matched, left_only, right_only, differing)


def last_reconciled(city: City, access: AccessContext, area: str) -> dt.date | None:
    """First day of the last period in which both sides of any rule speak of the area or one below it; None without rules."""
    snapshot, codes = _within(city, access, area)
    if not columns_of(snapshot, "marts", "reconciliations"):
        return None
    last = snapshot.frame(
        "SELECT max(period_on) AS last_on FROM marts.reconciliations"
        f" WHERE status IN {literals(COMPARED)} AND area_code IN {literals(codes)}"
    )
    return last["last_on"][0]


def difference_reasons(city: City, access: AccessContext, area: str, days: Days) -> dict[str, list[tuple[str, float]]]:
    """Rule → reasons with how much stands on one side only for each in these days, largest first.

    Records that were matched through linkage stand on both sides and are none of it. Whoever may not see small counts is not
    told of reasons with so few people.
    """
    snapshot, codes = _within(city, access, area)
    if not columns_of(snapshot, "marts", "reconciliation_records"):
        return {}
    fewest = "0" if access.sees_small_counts else f"CASE WHEN counts_persons THEN {FEWEST_PERSONS} ELSE 0 END"
    rows = snapshot.frame(
        "SELECT rule, reason, CAST(sum(amount) AS DOUBLE) AS amount\n"
        "FROM marts.reconciliation_records JOIN marts.reconciliation_rules USING (rule)\n"
        f"WHERE area_code IN {literals(codes)} AND (period_on IS NULL OR {_sql_between(days)})\n"
        "GROUP BY rule, reason, counts_persons\n"
        f"HAVING sum(amount) > 0 AND sum(amount) >= {fewest} ORDER BY rule, amount DESC, reason"
    )
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for rule, reason, amount in rows.iter_rows():
        found[rule].append((reason, amount))
    return found


def owes_reports(city: City, access: AccessContext) -> bool:
    """Whether there is any feed of which every area of a level owes a report."""
    city.snapshot_info(access)
    return bool(reporting_feeds(city._served.open()))


def report_faults(city: City, access: AccessContext, area: str, days: Days) -> list[ReportFaults]:
    """One per feed and area that owed a report in these days, most faults first."""
    snapshot, codes = _within(city, access, area)
    if not columns_of(snapshot, "shared", "reports"):
        return []
    owed = snapshot.frame(
        "SELECT feed, area_code, count(*) AS owed, count(*) FILTER (state = 'late') AS late,"
        " count(*) FILTER (state = 'missing') AS missing FROM shared.reports\n"
        f"WHERE area_code IN {literals(codes)} AND {_sql_between(days)} GROUP BY feed, area_code"
    )
    zeros = _doubted(snapshot, codes, days)
    found = []
    for row in owed.iter_rows(named=True):
        many, seen = zeros.get((row["feed"], row["area_code"]), (0, None))
        counts = row["owed"], row["late"], row["missing"], many, seen if access.sees_small_counts else None
        found.append(ReportFaults(row["feed"], snapshot.tree.area(access, row["area_code"]), *counts))
    return sorted(found, key=lambda r: (-r.faults, r.feed, r.area.sort_order))


def _doubted(
    snapshot: OpenSnapshot, codes: Iterable[str], days: Days
) -> dict[tuple[str, str], tuple[int, float | None]]:
    """Feed and area → implausible zeros, and what others saw on those days."""
    if not columns_of(snapshot, "marts", "zeros"):
        return {}
    rows = snapshot.frame(
        "SELECT feed, area_code, count(*) AS zeros, sum(witnessed) AS witnessed FROM marts.zeros\n"
        f"WHERE verdict = 'implausible_zero' AND area_code IN {literals(codes)} AND {_sql_between(days)}\n"
        "GROUP BY feed, area_code"
    )
    return {(feed, area): (zeros, seen) for feed, area, zeros, seen in rows.iter_rows()}


def orders_by_handler(city: City, access: AccessContext, area: str, on: dt.date) -> list[HandlerOrders]:
    """One per handler and area with orders overdue or unverified at the end of the day, most overdue first.

    After the last day of which the orders are known, they stand as on that day: a deadline that lies later is not past.
    """
    snapshot, codes = _within(city, access, area)
    if not columns_of(snapshot, "shared", "orders"):
        return []
    known = snapshot.dictionary.by_code.get("orders_overdue")
    until = min(on, known.last_on) if known and known.last_on else on
    day = f"DATE '{until}'"
    # As `shared.state_changes` has it: an order that was checked without feedback is no more overdue.
    rows = snapshot.frame(
        "SELECT coalesce(handler, '') AS handler, area_code, count(*) FILTER (is_overdue) AS overdue,\n"
        f"  coalesce(max(date_diff('day', due_on, {day})) FILTER (is_overdue), 0) AS longest_days,\n"
        "  count(*) FILTER (is_unverified) AS unverified\n"
        "FROM (SELECT handler, area_code, due_on,\n"
        f"  due_on < {day} AND coalesce(coalesce(feedback_on, verified_on) > {day}, TRUE) AS is_overdue,\n"
        f"  feedback_on <= {day} AND coalesce(verified_on > {day}, TRUE) AS is_unverified\n"
        f"  FROM shared.orders WHERE area_code IN {literals(codes)})\n"
        "WHERE is_overdue OR is_unverified GROUP BY ALL"
    )
    found = [
        HandlerOrders(handler, snapshot.tree.area(access, code), *counts) for handler, code, *counts in rows.iter_rows()
    ]
    return sorted(found, key=lambda o: (-o.overdue, -o.longest_days, -o.unverified, o.area.sort_order, o.handler))


def _within(city: City, access: AccessContext, area: str) -> tuple[OpenSnapshot, list[str]]:
    """The served snapshot, and the codes of the area and all below it."""
    snapshot = city._served.open()
    return snapshot, [a.code for a in snapshot.tree.subtree(snapshot.tree.area(access, area).code)]


def _sql_between(days: Days) -> str:
    return f"period_on BETWEEN DATE '{days[0]}' AND DATE '{days[1]}'"
