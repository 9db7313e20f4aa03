"""`marts.outliers`: numbers of reports that do not fit what the same area reports around that time.

DHIS2 offers the same three tests, each with a defect that is avoided here:

- its z-score counts the tested value into mean and deviation, so that among n values no z can exceed (n − 1)/√n: here
  the tested value is left out of its baseline;
- its modified z divides by a MAD that is 0 where most values are equal, and flags nothing there: here the spread has a
  floor, that of a count around its median;
- its minimum and maximum come from all values, the tested one too, which therefore never lies outside: here they come
  from the others.
"""

from __future__ import annotations

import duckdb

from citybrain.reporting.judged import sql_report_values
from citybrain.schema.columns import SharedTable, TableColumn
from citybrain.schema.served import BATCH, LINE
from citybrain.sql import quote

NEIGHBOURS = 14
"""Periods before and after that make the baseline: a wave of cases is no outlier among its own days."""
LEAST_NEIGHBOURS = 7
Z_LIMIT, MODIFIED_Z_LIMIT = 3.0, 3.5
MARGIN = 0.5
"""By how much of their range the least and the greatest of the others are widened, or by three deviations of a count."""
CONSISTENCY = 0.6745
"""Makes the MAD of normal values equal their standard deviation (Iglewicz and Hoaglin 1993)."""


class Outliers(SharedTable):
    """One number of one report that does not fit its neighbours in time. Numbers that fit have no row.

    Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993), for the modified z and its limit.
    """

    name = table = "outliers"
    key = ("feed", "measure", "area_code", "period_on")
    feed = TableColumn("VARCHAR", "The feed of the report.")
    measure = TableColumn("VARCHAR", "What was counted.")
    area_code = TableColumn("VARCHAR", "Who reported.")
    period_on = TableColumn("DATE", "First day of the period.")
    value = TableColumn("DOUBLE", "What was stated.")
    usual = TableColumn("DOUBLE", "Median of the neighbours.")
    z = TableColumn("DOUBLE", "Deviations from the mean of the neighbours.")
    modified_z = TableColumn("DOUBLE", "The same from their median, by the median deviation.")
    low = TableColumn("DOUBLE", "Least of the neighbours less the margin.")
    high = TableColumn("DOUBLE", "Greatest of the neighbours and the margin.")
    tests = TableColumn("VARCHAR[]", "Which tests it fails: z, modified_z, min_max.")
    batch = BATCH
    source_line = LINE


def build_outliers(con: duckdb.DuckDBPyConnection) -> None:
    """Makes `marts.outliers` of all numbers in `shared.reports`. Reads `shared.observations` and `shared.batches` too."""
    columns = ", ".join(f"{quote(n)} {c.sql_type}" for n, c in Outliers.columns().items())
    con.execute("CREATE SCHEMA IF NOT EXISTS marts")
    con.execute(f"CREATE OR REPLACE TABLE marts.outliers ({columns})")
    con.execute(f"INSERT INTO marts.outliers {sql_outliers(sql_report_values('TRUE'))}")


def sql_outliers(values: str) -> str:
    """SELECT of the rows of `marts.outliers` among `values`, a SELECT of feed, measure, area_code, period_on, value, batch, line.

    The spread of a count is at least that of a Poisson count of its size, and at least one.
    """
    return f"""
WITH stated AS ({values}),
around AS (
  SELECT *, count(*) OVER others AS neighbours, avg(value) OVER others AS mean, stddev_samp(value) OVER others AS deviation,
    median(value) OVER others AS usual, mad(value) OVER others AS spread,
    min(value) OVER others AS least, max(value) OVER others AS greatest
  FROM stated
  WINDOW others AS (PARTITION BY feed, measure, area_code ORDER BY period_on
    ROWS BETWEEN {NEIGHBOURS} PRECEDING AND {NEIGHBOURS} FOLLOWING EXCLUDE CURRENT ROW)
),
measured AS (
  SELECT *, (value - mean) / greatest(deviation, sqrt(greatest(abs(mean), 1))) AS z,
    (value - usual) / greatest(spread / {CONSISTENCY}, sqrt(greatest(abs(usual), 1))) AS modified_z,
    least - greatest({MARGIN} * (greatest - least), {Z_LIMIT} * sqrt(greatest(abs(least), 1))) AS low,
    greatest + greatest({MARGIN} * (greatest - least), {Z_LIMIT} * sqrt(greatest(abs(greatest), 1))) AS high
  FROM around WHERE neighbours >= {LEAST_NEIGHBOURS}
),
tested AS (
  SELECT *, list_filter([CASE WHEN abs(z) > {Z_LIMIT} THEN 'z' END,
    CASE WHEN abs(modified_z) > {MODIFIED_Z_LIMIT} THEN 'modified_z' END,
    CASE WHEN value < low OR value > high THEN 'min_max' END], lambda t: t IS NOT NULL) AS tests
  FROM measured
)
SELECT {", ".join(Outliers.columns())} FROM tested WHERE len(tests) > 0 ORDER BY feed, measure, period_on, area_code"""
