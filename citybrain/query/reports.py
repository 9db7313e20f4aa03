"""Report by report: what each area owed and filed, and which of its zeros are not to be believed."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.query.access import AccessContext
from citybrain.query.areas import Area
from citybrain.query.quality import columns_of
from citybrain.query.snapshot import OpenSnapshot
from citybrain.sql import literal, literals

MOST_PERIODS = 62
REPORT_STATES = ("on_time", "late", "incomplete", "copied", "missing", "quarantined", "implausible_zero")
"""What a report is shown as, from good to bad: the worst that is true of it."""


@dataclass(frozen=True)
class ReportCell:
    """One report that one area owed for one period."""

    period_on: dt.date
    state: str
    """One of `REPORT_STATES`."""
    also: tuple[str, ...]
    """What else is true of it: late, incomplete, all_zero, copied, corrected_late, duplicated."""
    due_at: dt.datetime | None
    filed_at: dt.datetime | None


@dataclass(frozen=True)
class AreaReports:
    """The reports of one area over the periods looked at."""

    area: Area
    cells: dict[dt.date, ReportCell]
    owed: int
    come: int
    on_time: int
    doubtful: int
    """Reports with an implausible zero, or copied from the period before."""


@dataclass(frozen=True)
class ReportMatrix:
    """Area × period of one feed."""

    feed: str
    periods: tuple[dt.date, ...]
    areas: tuple[AreaReports, ...]
    first_on: dt.date | None
    """First and last period of which the snapshot knows at all."""
    last_on: dt.date | None


@dataclass(frozen=True)
class ZeroRun:
    """Zeros in a row of one area that are not to be believed, with what speaks against them."""

    feed: str
    measure: str
    indicator: str
    """The indicator that counts the measure; empty if none does."""
    area: Area
    first_on: dt.date
    last_on: dt.date
    periods: int
    witnessed: float | None
    """What other departments saw of it there in these periods; None if nobody looks or the asker may not see it."""
    expected: float
    """What an honest area would have reported in these periods, on average."""
    evidence: float
    """Decimal logarithm of the strongest evidence against one of them, the run up to it included."""
    reasons: tuple[str, ...]
    """seen_by_others, run_of_zeros, copied, no_denominator, unlikely."""


def reporting_feeds(snapshot: OpenSnapshot) -> list[str]:
    """Feeds of which every area of a level owes a report, by name."""
    if not columns_of(snapshot, "shared", "reports"):
        return []
    return [r["feed"] for r in snapshot.rows("SELECT DISTINCT feed FROM shared.reports ORDER BY feed")]


def read_matrix(
    snapshot: OpenSnapshot, access: AccessContext, feed: str, last_on: dt.date | None = None, periods: int = 28
) -> ReportMatrix:
    """The reports of a feed for the so many periods up to a day (None: the last one known), areas in tree order."""
    if feed not in reporting_feeds(snapshot):
        return ReportMatrix(feed, (), (), None, None)
    of_feed = f"FROM shared.reports WHERE feed = {literal(feed)}"
    known = snapshot.frame(f"SELECT DISTINCT period_on {of_feed} ORDER BY period_on")["period_on"].to_list()
    until = [day for day in known if last_on is None or day <= last_on]
    shown = tuple(until[-max(1, min(periods, MOST_PERIODS)) :])
    seen = _in_scope(snapshot, access)
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if shown:
        within = f"period_on BETWEEN DATE '{shown[0]}' AND DATE '{shown[-1]}'"
        for row in snapshot.frame(f"SELECT * {of_feed} AND {within}").iter_rows(named=True):
            rows[row["area_code"]].append(row)
    doubted = _doubted(snapshot, feed)
    areas = tuple(_area_reports(seen[code], rows[code], doubted) for code in seen if code in rows)
    return ReportMatrix(feed, shown, areas, known[0], known[-1])


_FLAGS = {
    "is_incomplete": "incomplete", "is_all_zero": "all_zero", "is_copied": "copied",
    "is_corrected_late": "corrected_late", "is_duplicated": "duplicated",
}  # fmt: skip


def _area_reports(area: Area, rows: Sequence[dict[str, Any]], doubted: set[tuple[str, dt.date]]) -> AreaReports:
    cells = {r["period_on"]: _cell(r, (area.code, r["period_on"]) in doubted) for r in rows}
    doubtful = sum(c.state in ("implausible_zero", "copied") for c in cells.values())
    come, on_time = sum(r["has_come"] for r in rows), sum(r["is_on_time"] for r in rows)
    return AreaReports(area, cells, len(rows), come, on_time, doubtful)


def _cell(row: dict[str, Any], is_doubted: bool) -> ReportCell:
    true_of_it = [row["state"], *(word for flag, word in _FLAGS.items() if row[flag])]
    if is_doubted:
        true_of_it.append("implausible_zero")
    shown = max((w for w in true_of_it if w in REPORT_STATES), key=REPORT_STATES.index)
    also = tuple(w for w in true_of_it if w not in (shown, "on_time"))
    return ReportCell(row["period_on"], shown, also, row["due_at"], row["filed_at"])


def _doubted(snapshot: OpenSnapshot, feed: str) -> set[tuple[str, dt.date]]:
    if not columns_of(snapshot, "marts", "zeros"):
        return set()
    rows = snapshot.frame(
        "SELECT DISTINCT area_code, period_on FROM marts.zeros"
        f" WHERE feed = {literal(feed)} AND verdict = 'implausible_zero'"
    )
    return set(rows.iter_rows())


def read_zero_runs(snapshot: OpenSnapshot, access: AccessContext) -> list[ZeroRun]:
    """Zeros that are not to be believed, those in a row as one; strongest evidence first."""
    if not columns_of(snapshot, "marts", "zeros"):
        return []
    seen = _in_scope(snapshot, access)
    rows = snapshot.frame(
        f"SELECT * FROM marts.zeros WHERE verdict = 'implausible_zero' AND area_code IN {literals(seen)}"
        " ORDER BY feed, measure, area_code, period_on"
    )
    runs: list[list[dict[str, Any]]] = []
    for row in rows.iter_rows(named=True):
        if runs and _goes_on(runs[-1][-1], row):
            runs[-1].append(row)
        else:
            runs.append([row])
    found = [_zero_run(snapshot, access, seen, run) for run in runs]
    return sorted(found, key=lambda r: (-r.evidence, r.area.sort_order, r.first_on))


def _goes_on(before: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether the zero belongs to the same row of zeros: `run` counts up, and begins anew after a number."""
    return all(before[k] == row[k] for k in ("feed", "measure", "area_code")) and bool(row["run"] > before["run"])


def _zero_run(
    snapshot: OpenSnapshot, access: AccessContext, seen: dict[str, Area], run: Sequence[dict[str, Any]]
) -> ZeroRun:
    first, last = run[0], run[-1]
    watched = [r["witnessed"] for r in run if r["witnessed"] is not None]
    named = literal(first["measure"])
    counting = [
        i.code
        for i in snapshot.dictionary.by_code.values()
        if i.source_table == "shared.observations" and i.is_listed and named in i.measure_where
    ]
    reasons = Counter(reason for r in run for reason in r["reasons"])
    return ZeroRun(
        feed=first["feed"],
        measure=first["measure"],
        indicator=next(iter(counting), ""),
        area=seen[first["area_code"]],
        first_on=first["period_on"],
        last_on=last["period_on"],
        periods=len(run),
        witnessed=sum(watched) if watched and access.sees_small_counts else None,
        expected=sum(r["expected"] or 0.0 for r in run),
        evidence=max(r["evidence"] for r in run),
        reasons=tuple(reason for reason, _n in reasons.most_common()),
    )


def _in_scope(snapshot: OpenSnapshot, access: AccessContext) -> dict[str, Area]:
    """Areas that the asker may see, by code, in tree order."""
    return {a.code: a for a in snapshot.tree.subtree(snapshot.tree.top(access).code)}
