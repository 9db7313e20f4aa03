"""The tiny city with reports, rules and cases, judged by the production code."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from citybrain.indicators.indicator import Words
from citybrain.reporting import Clock, ValidationRule, build_delays, build_outliers, build_validation
from citybrain.reporting.judged import Zeros
from citybrain.reporting.validation_rules import Operator, RulePeriod, ValidationSide
from citybrain.schema.shared.joined import CaseWays
from citybrain.schema.shared.told import Reports
from tests.query import tiny_city
from tests.query.tiny_city import FIRST, TOWNSHIPS

DAYS = 24
"""All days of the tiny city."""
NOW = dt.datetime(2020, 2, 19, 12, tzinfo=dt.UTC)
RULE = ValidationRule(
    "few", Words("上报发热不多于就诊", "Fevers reported ≤ visits"), "health", "township", RulePeriod.DAY,
    ValidationSide("reported_fever"), Operator.AT_MOST, ValidationSide("screened"),
)  # fmt: skip
RECEIPT = Clock("receipt", Words("接收", "Receipt"), "pushed_at", "received_at", 24.0)


def write_reporting_snapshot(folder: Path) -> Path:
    """The snapshot file: township 101 always in time, 102 late every second day and with three false zeros, 103 silent."""
    file = tiny_city.write_snapshot(folder)
    with duckdb.connect(str(file)) as con:
        for schema, table in (("shared", Reports), ("shared", CaseWays), ("marts", Zeros)):
            columns = ", ".join(f"{n} {c.sql_type}" for n, c in table.columns().items())
            con.execute(f"CREATE TABLE {schema}.{table.table} ({columns})")
        _write_reports(con)
        _write_cases(con)
        build_validation(con, [RULE])
        build_outliers(con)
        build_delays(con, [RECEIPT], NOW, "Asia/Shanghai")
    return file


def _write_reports(con: duckdb.DuckDBPyConnection) -> None:
    for number in range(DAYS):
        on = FIRST + dt.timedelta(days=number)
        late = number % 2 == 1
        for township, state in zip(TOWNSHIPS, ("on_time", "late" if late else "on_time", "missing"), strict=True):
            has_come = state != "missing"
            con.execute(
                "INSERT INTO shared.reports (feed, area_code, period_on, state, is_on_time, has_come, is_incomplete, is_all_zero,"
                " is_copied, is_corrected_late, is_duplicated) VALUES ('township.daily', ?, ?, ?, ?, ?, FALSE, FALSE, FALSE,"
                " FALSE, FALSE)",
                [township, on, state, state == "on_time", has_come],
            )
        if number < 3:
            con.execute(
                "INSERT INTO marts.zeros (feed, measure, area_code, period_on, verdict)"
                " VALUES ('township.daily', 'fever', ?, ?, 'implausible_zero')",
                [TOWNSHIPS[1], on],
            )
    jump = [FIRST + dt.timedelta(days=9), TOWNSHIPS[0]]
    con.execute("UPDATE shared.observations SET value = 300 WHERE period_on = ? AND area_code = ?", jump)


def _write_cases(con: duckdb.DuckDBPyConnection) -> None:
    """Five cases received after 1, 2, 3, 30 and 4 hours, and one that waits."""
    for number, (township, took) in enumerate([(0, 1), (0, 2), (0, 3), (0, 30), (1, 4), (1, None)]):
        pushed = (NOW - dt.timedelta(hours=50)).replace(tzinfo=None)
        received = None if took is None else pushed + dt.timedelta(hours=took)
        con.execute(
            "INSERT INTO shared.case_ways (case_no, area_code, facility, pushed_at, received_at, batch, source_line)"
            " VALUES (?, ?, '县医院', ?, ?, 1, ?)",
            [f"n{number}", TOWNSHIPS[township], pushed, received, number + 2],
        )
