"""`marts.delays` and `marts.open_cases`: how long each hand-over of a case takes, with the cases that still wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import duckdb

from citybrain.reporting.clocks import Clock
from citybrain.schema.columns import SharedTable, TableColumn
from citybrain.schema.served import BATCH, LINE
from citybrain.sql import literal, quote

CLOCK = TableColumn("VARCHAR", "Id of the clock.")


class Delays(SharedTable):
    """One clock of one institution, or of one area and all below it; the areas are where the patients live.

    Source: Kaplan and Meier, Nonparametric estimation from incomplete observations (1958): a case that still waits says
    that it takes at least so long. The median of the closed ones alone is too short.
    """

    name = table = "delays"
    key = ("clock", "area_code", "facility")
    clock = CLOCK
    area_code = TableColumn("VARCHAR", "The area; empty in the rows of an institution.")
    facility = TableColumn("VARCHAR", "The institution that reports; empty in the rows of an area.")
    closed = TableColumn("BIGINT", "Cases that have passed both stages.", "cases")
    open = TableColumn("BIGINT", "Cases that wait for the second stage.", "cases")
    early = TableColumn(
        "BIGINT", "Of the closed ones those that passed the second stage before the first: they took no time.", "cases"
    )
    unclear = TableColumn("BIGINT", "Cases that passed the second stage, and nobody wrote down when.", "cases")
    median_closed_hours = TableColumn("DOUBLE", "Median of the closed ones alone.", "hours")
    median_hours = TableColumn("DOUBLE", "Median by Kaplan and Meier; empty where more than half still wait.", "hours")
    longest_hours = TableColumn("DOUBLE", "Longest time that is known, of open ones too.", "hours")
    within = TableColumn("BIGINT", "Cases that kept the time allowed; empty where there is none.", "cases")
    beyond = TableColumn("BIGINT", "Cases that did not, those that still wait included.", "cases")
    open_beyond = TableColumn("BIGINT", "Of these those that still wait.", "cases")
    is_slowest = TableColumn("BOOLEAN", "The slowest hand-over of this institution or area.")


class OpenCases(SharedTable):
    """One case that waits longer than its clock allows, at the last instant that the snapshot knows of."""

    name = table = "open_cases"
    key = ("clock", "case_no")
    clock = CLOCK
    case_no = TableColumn("VARCHAR", "Number of the report card.")
    area_code = TableColumn("VARCHAR", "Where the patient lives.")
    facility = TableColumn("VARCHAR", "Institution that reports.")
    since_at = TableColumn("TIMESTAMP", "Since when it waits (UTC; the day alone where no time is known).")
    open_hours = TableColumn("DOUBLE", "How long it has waited.", "hours")
    within_hours = TableColumn("DOUBLE", "How long it may.", "hours")
    batch = BATCH
    source_line = LINE


class Clocks(SharedTable):
    """One clock as the snapshot was built with it."""

    name = table = "clocks"
    key = ("clock",)
    clock = CLOCK
    sort_order = TableColumn("INTEGER", "Place in lists, from 0.")
    title_zh = TableColumn("VARCHAR", "Title in Chinese.")
    title_en = TableColumn("VARCHAR", "Title in English.")
    starts = TableColumn("VARCHAR", "Stage at which it starts.")
    ends = TableColumn("VARCHAR", "Stage at which it stops.")
    within_hours = TableColumn("DOUBLE", "Time allowed; empty if there is none.", "hours")
    legal_basis = TableColumn("VARCHAR", "Law that sets it; empty where it is the county's own.")
    is_handover = TableColumn("BOOLEAN", "Whether an authority's work is timed.")


def build_delays(con: duckdb.DuckDBPyConnection, clocks: Sequence[Clock], now: dt.datetime, timezone: str) -> None:
    """Makes the three tables from `shared.case_ways` and `shared.area_ancestors`; `now` is the last known instant."""
    con.execute("CREATE SCHEMA IF NOT EXISTS marts")
    for table in (Delays, OpenCases, Clocks):
        columns = ", ".join(f"{quote(n)} {c.sql_type}" for n, c in table.columns().items())
        con.execute(f"CREATE OR REPLACE TABLE marts.{table.table} ({columns})")
    for place, clock in enumerate(clocks):
        told = [clock.id, place, clock.title.zh, clock.title.en, clock.start, clock.end, clock.within_hours]
        row = [*told, clock.legal_basis or None, clock.handover]
        con.execute("INSERT INTO marts.clocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        con.execute(f"CREATE OR REPLACE TEMP TABLE timed AS {sql_timed(clock, now, timezone)}")
        con.execute(f"INSERT INTO marts.delays {sql_delays(clock)}")
        if clock.within_hours is not None:
            con.execute(f"INSERT INTO marts.open_cases {sql_open_cases(clock)}")
    con.execute("DROP TABLE IF EXISTS timed")
    con.execute(SLOWEST)


def sql_timed(clock: Clock, now: dt.datetime, timezone: str) -> str:
    """SELECT of the cases that have passed the first stage: hours (so far) and state (closed, open, unclear)."""
    if clock.in_days:
        last, unit, hours = f"DATE '{now.astimezone(ZoneInfo(timezone)):%Y-%m-%d}'", "day", "24.0"
    else:
        last, unit, hours = f"TIMESTAMP '{now.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}'", "second", "(1 / 3600.0)"
    later = " OR ".join(f"{c} IS NOT NULL" for c in clock.later) or "FALSE"
    return f"""
SELECT case_no, area_code, facility, CAST({clock.start} AS TIMESTAMP) AS since_at, batch, source_line,
  greatest(date_diff('{unit}', {clock.start}, coalesce({clock.end}, {last})), 0) * {hours} AS hours,
  CASE WHEN {clock.end} IS NOT NULL THEN 'closed' WHEN {later} THEN 'unclear' ELSE 'open' END AS state,
  coalesce({clock.end} < {clock.start}, FALSE) AS is_early
FROM shared.case_ways WHERE {clock.start} IS NOT NULL"""


def sql_delays(clock: Clock) -> str:
    """SELECT of the rows of `marts.delays` of one clock, from `timed`; `is_slowest` is not known yet."""
    limit = "NULL::DOUBLE" if clock.within_hours is None else f"{clock.within_hours!r}::DOUBLE"
    return f"""
WITH placed AS (
  SELECT up.ancestor_code AS area_code, NULL::VARCHAR AS facility, t.hours, t.state, t.is_early
  FROM timed AS t JOIN shared.area_ancestors AS up ON up.area_code = t.area_code
  UNION ALL SELECT NULL, facility, hours, state, is_early FROM timed WHERE facility IS NOT NULL
),
known AS (SELECT * FROM placed WHERE state <> 'unclear'),
medians AS ({sql_kaplan_meier("known", ("area_code", "facility"))}),
counted AS (
  SELECT area_code, facility, count(*) FILTER (WHERE state = 'closed') AS closed,
    count(*) FILTER (WHERE state = 'open') AS open, count(*) FILTER (WHERE is_early) AS early,
    count(*) FILTER (WHERE state = 'unclear') AS unclear,
    quantile_disc(hours, 0.5) FILTER (WHERE state = 'closed') AS median_closed_hours,
    max(hours) FILTER (WHERE state <> 'unclear') AS longest_hours,
    count(*) FILTER (WHERE state = 'closed' AND hours <= {limit}) AS within,
    count(*) FILTER (WHERE state <> 'unclear' AND hours > {limit}) AS beyond,
    count(*) FILTER (WHERE state = 'open' AND hours > {limit}) AS open_beyond
  FROM placed GROUP BY area_code, facility
)
SELECT {literal(clock.id)}, c.area_code, c.facility, closed, open, early, unclear, median_closed_hours, m.median, longest_hours,
  CASE WHEN {limit} IS NOT NULL THEN within END, CASE WHEN {limit} IS NOT NULL THEN beyond END,
  CASE WHEN {limit} IS NOT NULL THEN open_beyond END, FALSE
FROM counted AS c
LEFT JOIN medians AS m ON m.area_code IS NOT DISTINCT FROM c.area_code AND m.facility IS NOT DISTINCT FROM c.facility
ORDER BY c.area_code NULLS LAST, c.facility"""


def sql_kaplan_meier(table: str, groups: Sequence[str]) -> str:
    """SELECT of the median by group (null if never reached) of `table` with columns hours and state (closed, open).

    The median is the first time at which at most half are thought to wait still.
    """
    by = ", ".join(groups)
    return f"""
  SELECT {by}, min(hours) FILTER (WHERE waiting <= 0.5 + 1e-12) AS median FROM (
    SELECT {by}, hours, product(1 - closed / at_risk) OVER (PARTITION BY {by} ORDER BY hours) AS waiting FROM (
      SELECT {by}, hours, closed, sum(leaving) OVER (PARTITION BY {by} ORDER BY hours DESC) AS at_risk FROM (
        SELECT {by}, hours, count(*) FILTER (WHERE state = 'closed') AS closed, count(*) AS leaving
        FROM {table} GROUP BY {by}, hours
      )
    )
  ) GROUP BY {by}"""


def sql_open_cases(clock: Clock) -> str:
    """SELECT of the rows of `marts.open_cases` of one clock, longest first, from `timed`."""
    return f"""
SELECT {literal(clock.id)}, case_no, area_code, facility, since_at, hours, {clock.within_hours!r}, batch, source_line
FROM timed WHERE state = 'open' AND hours > {clock.within_hours!r} ORDER BY hours DESC, case_no"""


SLOWEST = """UPDATE marts.delays SET is_slowest = TRUE WHERE (clock, coalesce(area_code, ''), coalesce(facility, '')) IN (
  SELECT (d.clock, coalesce(d.area_code, ''), coalesce(d.facility, ''))
  FROM marts.delays AS d JOIN marts.clocks AS c USING (clock)
  WHERE c.is_handover AND d.closed + d.open > 0
  QUALIFY row_number() OVER (PARTITION BY d.area_code, d.facility
    ORDER BY coalesce(d.median_hours, d.longest_hours) DESC, d.open_beyond DESC NULLS LAST, c.sort_order) = 1)"""
"""Where more than half still wait, the median is at least the longest time known."""
