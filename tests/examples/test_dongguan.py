"""A real city that only configures: Dongguan, city -> town -> village, on open data written by nobody here."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from citybrain.contracts import load_contracts
from citybrain.ingest import contract_of, quarantined_rows
from citybrain.query import City, local_user, open_city

DAY = dt.date(2020, 4, 30)


def city_of(built) -> City:  # type: ignore[no-untyped-def]
    project, _ = built
    return open_city(project.paths.snapshots)


def value(
    city: City, indicator: str, day: dt.date = DAY, area: str = "441900", period_type: str = "day"
) -> float | None:
    frame = city.series(local_user(), indicator, area, period_type, day, day)
    return frame["value"][0]


def test_the_map_has_32_towns_and_names_what_it_lacks(dongguan) -> None:  # type: ignore[no-untyped-def]
    _, report = dongguan
    towns = city_of(dongguan).areas(local_user(), level="town")
    assert len(towns) == 36
    assert sum(a.has_boundary for a in towns) == 32
    findings = " ".join(report.findings)
    for name in ("松山湖", "东莞港", "东莞生态园", "东莞滨海湾新区", "松山湖园区"):
        assert name in findings


def test_towns_stand_right_below_the_city(dongguan) -> None:  # type: ignore[no-untyped-def]
    city = city_of(dongguan)
    assert city.levels(local_user(), "441900") == ["town", "village"]
    assert len(city.areas(local_user(), level="village")) == 609


def test_every_enterprise_row_is_accounted_for(dongguan) -> None:  # type: ignore[no-untyped-def]
    _, report = dongguan
    feed = next(f for f in report.feeds if f.feed == "market.enterprises")
    assert feed.rows_in == 23_294 == feed.accepted + feed.quarantined + feed.duplicate
    assert feed.accepted / feed.rows_in >= 0.979


def test_each_unplaced_enterprise_is_listed_with_its_line_and_reason(dongguan, real_data: Path) -> None:  # type: ignore[no-untyped-def]
    project, report = dongguan
    feed = next(f for f in report.feeds if f.feed == "market.enterprises")
    rows = list(quarantined_rows(project, contract_of(load_contracts(project), "market.enterprises")))
    assert len(rows) == feed.quarantined
    assert all(any(r.startswith("area:") for r in row.reasons) for row in rows)
    lines = (real_data / "dongguan/enterprises/dongguan_enterprises.csv").read_text(encoding="utf-8-sig").split("\n")
    for row in rows:
        name = row.original[row.headers.index("企业名称")]
        assert row.line is not None
        assert name in lines[row.line - 1]


def test_registrations_by_month_match_a_plain_count(dongguan, real_data: Path) -> None:  # type: ignore[no-untyped-def]
    with (real_data / "dongguan/enterprises/dongguan_enterprises.csv").open(encoding="utf-8-sig", newline="") as source:
        dates = {row["统一社会信用代码"]: row["注册日期"] for row in csv.DictReader(source)}
    project, _ = dongguan
    for row in quarantined_rows(project, contract_of(load_contracts(project), "market.enterprises")):
        del dates[str(row.original[row.headers.index("统一社会信用代码")])]
    counted = Counter(d[:7] for d in dates.values())
    city = city_of(dongguan)
    for month in ("2019-04", "2005-06", "1999-12"):
        first = dt.date.fromisoformat(f"{month}-01")
        assert value(city, "new_registrations", first, period_type="month") == counted[month]
        towns = city.values(
            local_user(), ["new_registrations"], level="town", period_type="month", period_from=first, period_to=first
        )
        assert towns["value"].sum() == counted[month]


def test_running_totals_become_new_cases(dongguan, real_data: Path) -> None:  # type: ignore[no-untyped-def]
    totals = {}
    for file in sorted((real_data / "dongguan/epidemic").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as source:
            totals |= {
                dt.date.fromisoformat(r["date"]): int(r["confirmed"])
                for r in csv.DictReader(source)
                if r["cityCode"] == "441900"
            }
    assert len(totals) == 98
    days = sorted(totals)
    expected = [totals[d] - totals.get(p, 0) for p, d in zip([None, *days[:-1]], days, strict=True)]
    series = city_of(dongguan).series(local_user(), "confirmed_new", "441900", "day", days[0], days[-1])
    assert series["value"].to_list() == expected
    assert sum(expected) == totals[days[-1]] == 100


def test_residents_and_cases_per_100000(dongguan) -> None:  # type: ignore[no-untyped-def]
    city = city_of(dongguan)
    assert value(city, "residents") == 10_466_625
    assert value(city, "confirmed_per_100k") == pytest.approx(100 / 10_466_625 * 100_000)
    assert value(city, "confirmed_per_100k", area="441900121") is None, "no town states its residents"


def test_explain_leads_to_file_and_line(dongguan, real_data: Path) -> None:  # type: ignore[no-untyped-def]
    told = city_of(dongguan).explain(local_user(), "confirmed_new", "441900", "day", dt.date(2020, 2, 3), limit=5)
    (measure,) = told.measures
    (source,) = measure.lines
    assert source.file_name == "2020-02-03.csv"
    lines = (real_data / "dongguan/epidemic/2020-02-03.csv").read_text(encoding="utf-8").splitlines()
    assert "441900" in lines[source.source_line - 1]
