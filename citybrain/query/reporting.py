"""Reporting discipline as a reader sees it: rates, states, rules that are broken, numbers that do not fit, delays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from citybrain.errors import AccessError, nearest
from citybrain.query.access import AccessContext
from citybrain.query.areas import Area
from citybrain.query.quality import columns_of
from citybrain.query.snapshot import OpenSnapshot
from citybrain.sql import literal, literals

FEWEST_CASES = 5
"""Delays of fewer cases could be those of somebody known."""
FLAGS = ("is_incomplete", "is_all_zero", "is_copied", "is_corrected_late", "is_duplicated")


@dataclass(frozen=True)
class AskedReports:
    """Which reports are asked for; what is left out is not narrowed down."""

    feed: str = ""
    area: str = ""
    """The area and all below it; the highest that may be seen if none is given."""
    period: tuple[dt.date, dt.date] | None = None
    """First and last day on which a period may begin."""


def read_rates(
    snapshot: OpenSnapshot, access: AccessContext, asked: AskedReports, level: str | None = None
) -> pl.DataFrame:
    """One row a feed and area of a level (None: the asked area alone, with all below it), in order of feed and tree.

    Columns: feed, area_code, area_name, expected, received, on_time, completeness_pct (received of expected),
    timeliness_pct (on time of expected), missing, quarantined, late, incomplete, all_zero, copied, corrected_late,
    duplicated, implausible_zeros (reports with one at least).

    Source: DHIS2, reporting rate and reporting rate on time; WHO, Data Quality Review (2017).
    """
    top = _top(snapshot, access, asked)
    shown = snapshot.tree.at_level(top.code, level) if level else [top]
    counts = ", ".join(f"count(*) FILTER (WHERE {flag}) AS {flag.removeprefix('is_')}" for flag in FLAGS)
    return snapshot.frame(f"""
WITH counted AS (
  SELECT r.feed, up.ancestor_code AS area_code, count(*) AS expected, count(*) FILTER (WHERE has_come) AS received,
    count(*) FILTER (WHERE is_on_time) AS on_time, {_sql_states("missing", "quarantined", "late")}, {counts},
    count(*) FILTER (WHERE is_doubted) AS implausible_zeros
  FROM ({_sql_reports(snapshot, access, asked)}) AS r JOIN shared.area_ancestors AS up ON up.area_code = r.area_code
  WHERE up.ancestor_code IN {literals(a.code for a in shown)} GROUP BY r.feed, up.ancestor_code
)
SELECT c.feed, c.area_code, a.area_name, c.* EXCLUDE (feed, area_code), 100.0 * received / expected AS completeness_pct,
  100.0 * on_time / expected AS timeliness_pct
FROM counted AS c JOIN shared.areas AS a USING (area_code) ORDER BY c.feed, a.depth, a.sort_order, c.area_code""")


def read_states(snapshot: OpenSnapshot, access: AccessContext, asked: AskedReports) -> pl.DataFrame:
    """One row a report, newest first: the columns of `shared.reports`, area_name and is_doubted (an implausible zero)."""
    return snapshot.frame(
        f"SELECT r.*, a.area_name FROM ({_sql_reports(snapshot, access, asked)}) AS r JOIN shared.areas AS a USING (area_code)"
        " ORDER BY r.feed, r.period_on DESC, a.sort_order, r.area_code"
    )


def _sql_reports(snapshot: OpenSnapshot, access: AccessContext, asked: AskedReports) -> str:
    """SELECT of the asked reports with is_doubted. Raises AccessError for a feed of which no area owes a report."""
    feeds = [r["feed"] for r in snapshot.rows("SELECT DISTINCT feed FROM shared.reports ORDER BY feed")]
    if asked.feed and asked.feed not in feeds:
        raise AccessError(
            f"feed {asked.feed}", "no area owes a report of it", expected=", ".join(feeds) or "none",
            remedy=f"Ask for one of these.{nearest(asked.feed, feeds)}",
        )  # fmt: skip
    where = _sql_scope(snapshot, access, asked)
    where += f" AND feed = {literal(asked.feed)}" if asked.feed else ""
    doubted = "SELECT feed, area_code, period_on FROM marts.zeros WHERE verdict = 'implausible_zero'"
    return f"SELECT *, (feed, area_code, period_on) IN ({doubted}) AS is_doubted FROM shared.reports WHERE {where}"


def _sql_states(*states: str) -> str:
    return ", ".join(f"count(*) FILTER (WHERE state = {literal(s)}) AS {s}" for s in states)


def _sql_scope(snapshot: OpenSnapshot, access: AccessContext, asked: AskedReports) -> str:
    """Condition on area_code and period_on."""
    codes = literals(a.code for a in snapshot.tree.subtree(_top(snapshot, access, asked).code))
    period = f" AND period_on BETWEEN DATE '{asked.period[0]}' AND DATE '{asked.period[1]}'" if asked.period else ""
    return f"area_code IN {codes}{period}"


def _top(snapshot: OpenSnapshot, access: AccessContext, asked: AskedReports) -> Area:
    return snapshot.tree.area(access, asked.area) if asked.area else snapshot.tree.top(access)


def read_outliers(snapshot: OpenSnapshot, access: AccessContext, asked: AskedReports) -> pl.DataFrame:
    """One row a number that does not fit, farthest off first: the columns of `marts.outliers` and area_name."""
    if not columns_of(snapshot, "marts", "outliers"):
        return pl.DataFrame()
    where = _sql_scope(snapshot, access, asked)
    where += f" AND feed = {literal(asked.feed)}" if asked.feed else ""
    return snapshot.frame(
        f"SELECT o.*, a.area_name FROM marts.outliers AS o JOIN shared.areas AS a USING (area_code)"
        f" WHERE {where} ORDER BY abs(modified_z) DESC, feed, measure, area_code, period_on"
    )


def read_validation_rules(snapshot: OpenSnapshot, access: AccessContext) -> pl.DataFrame:
    """One row a rule, in the order of lists: the columns of `marts.validation_rules`, and how often it holds, broken, missing."""
    if not columns_of(snapshot, "marts", "validation_rules"):
        return pl.DataFrame()
    scope = _sql_scope(snapshot, access, AskedReports())
    verdicts = ", ".join(f"count(*) FILTER (WHERE verdict = '{v}') AS {v}" for v in ("holds", "broken", "missing"))
    return snapshot.frame(
        f"SELECT r.*, coalesce(v.holds, 0) AS holds, coalesce(v.broken, 0) AS broken, coalesce(v.missing, 0) AS missing"
        f" FROM marts.validation_rules AS r LEFT JOIN (SELECT rule, {verdicts} FROM marts.validation WHERE {scope}"
        " GROUP BY rule) AS v USING (rule) ORDER BY r.sort_order"
    )


def read_validation(
    snapshot: OpenSnapshot,
    access: AccessContext,
    asked: AskedReports,
    rule: str = "",
    verdicts: tuple[str, ...] = ("broken", "missing"),
) -> pl.DataFrame:
    """One row a rule, area and period with one of the verdicts, newest first, none cut off: the columns of
    `marts.validation` and area_name. Values that may be counts of few people are empty for those without the right.
    """
    if not columns_of(snapshot, "marts", "validation"):
        return pl.DataFrame()
    where = f"{_sql_scope(snapshot, access, asked)} AND verdict IN {literals(verdicts)}"
    where += f" AND rule = {literal(rule)}" if rule else ""
    found = snapshot.frame(
        "SELECT v.*, a.area_name, r.left_indicator, r.right_indicator FROM marts.validation AS v"
        " JOIN shared.areas AS a USING (area_code) JOIN marts.validation_rules AS r USING (rule)"
        f" WHERE {where} ORDER BY r.sort_order, period_on DESC, a.sort_order, area_code"
    )
    if access.sees_small_counts:
        return found
    return found.with_columns(
        pl.when(pl.col(f"{side}_indicator").is_in(_kept_small(snapshot))).then(None).otherwise(pl.col(f"{side}_value"))
        .alias(f"{side}_value") for side in ("left", "right")
    )  # fmt: skip


def _kept_small(snapshot: OpenSnapshot) -> list[str]:
    """Indicators whose small counts are hidden from some."""
    known = snapshot.dictionary
    return [code for code in known.by_code if any(b.minimum_cell for b in known.bases(code))]


def read_delays(
    snapshot: OpenSnapshot, access: AccessContext, area: str = "", level: str | None = None, by_facility: bool = False
) -> pl.DataFrame:
    """One row a clock and area (or institution): the columns of `marts.delays`, title_zh, title_en, within_hours,
    legal_basis, is_handover, area_name and within_pct (of the cases that have kept the time allowed or broken it).

    Institutions serve the whole county: they are shown to those who may see all of it. Rows of very few cases lack their
    figures for those who may not see small counts.
    """
    if not columns_of(snapshot, "marts", "delays"):
        return pl.DataFrame()
    top = snapshot.tree.area(access, area) if area else snapshot.tree.top(access)
    shown = [a.code for a in (snapshot.tree.at_level(top.code, level) if level else [top])]
    where = f"d.area_code IN {literals(shown)}"
    if by_facility:
        where = "d.facility IS NOT NULL" if access.area_root is None else "FALSE"
    found = snapshot.frame(
        "SELECT d.*, c.title_zh, c.title_en, c.within_hours, c.legal_basis, c.is_handover, a.area_name,"
        " 100.0 * d.within / nullif(d.within + d.beyond, 0) AS within_pct"
        " FROM marts.delays AS d JOIN marts.clocks AS c USING (clock) LEFT JOIN shared.areas AS a USING (area_code)"
        f" WHERE {where} ORDER BY a.depth, a.sort_order, d.area_code, d.facility, c.sort_order"
    )
    if access.sees_small_counts:
        return found
    told = [n for n in found.columns if n in _OF_CASES]
    enough = pl.col("closed") + pl.col("open") + pl.col("unclear") >= FEWEST_CASES
    return found.with_columns(pl.when(enough).then(pl.col(n)).otherwise(None).alias(n) for n in told)


_OF_CASES = (
    "closed", "open", "early", "unclear", "median_closed_hours", "median_hours", "longest_hours", "within", "beyond",
    "open_beyond", "within_pct", "is_slowest",
)  # fmt: skip


def read_open_cases(snapshot: OpenSnapshot, access: AccessContext, area: str = "", clock: str = "") -> pl.DataFrame:
    """One row a case that waits longer than its clock allows, longest first: the columns of `marts.open_cases`, area_name.

    Raises AccessError for those who may not see small counts: a single case is one.
    """
    if not access.sees_small_counts:
        raise AccessError("open cases", "single cases are shown only to those who may see small counts")
    if not columns_of(snapshot, "marts", "open_cases"):
        return pl.DataFrame()
    where = _sql_scope(snapshot, access, AskedReports(area=area))
    where += f" AND clock = {literal(clock)}" if clock else ""
    return snapshot.read(
        "SELECT o.*, a.area_name FROM marts.open_cases AS o JOIN shared.areas AS a USING (area_code)"
        f" WHERE {where} ORDER BY open_hours DESC, clock, case_no"
    )
