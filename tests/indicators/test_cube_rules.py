"""The rules of the cube one by one, on rows a person can add up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from citybrain.errors import BuildError
from citybrain.indicators import STANDARD_DICTIONARY, build_cube, load_dictionary
from citybrain.indicators.indicator import Indicator
from tests.indicators.naive_cube import AS_OF, Row
from tests.indicators.tiny_snapshot import connect, read_cells, write_indicator

MONDAY = dt.date(2020, 12, 28)
REPORTED = 'from = "shared.observations"\nvalue = "sum(value)"\non = "period_on"\nwhere = "measure = \'m\'"\n'


@pytest.fixture(scope="module")
def standard() -> list[Indicator]:
    return load_dictionary([STANDARD_DICTIONARY])


def observed(*said: tuple[str, dt.date, float | None], measure: str = "m") -> list[Row]:
    return [{"area_code": a, "measure": measure, "period_on": d, "value": v} for a, d, v in said]


def build_one(folder: Path, kind: str, measure: str, **tables: list[Row]) -> dict[tuple[str, str, dt.date], float]:
    """The cells of a single indicator over these rows."""
    write_indicator(folder, "it", kind, f"[measure]\n{measure}")
    with connect(tables) as con:
        build_cube(con, load_dictionary([folder]), AS_OF)
        return read_cells(con).get("it", {})


def test_week_of_new_year_is_one_week_and_two_months(tmp_path: Path) -> None:
    said = observed(("T1", dt.date(2020, 12, 31), 2), ("T1", dt.date(2021, 1, 1), 3), ("T1", dt.date(2021, 1, 4), 5))
    cells = build_one(tmp_path, "flow", REPORTED, observations=said)
    assert {k[2]: v for k, v in cells.items() if k[:2] == ("week", "C")} == {MONDAY: 5, dt.date(2021, 1, 4): 5}
    months = {k[2]: v for k, v in cells.items() if k[:2] == ("month", "C")}
    assert months == {dt.date(2020, 12, 1): 2, dt.date(2021, 1, 1): 8}


def test_own_report_stands_for_those_below_on_the_days_it_exists(tmp_path: Path) -> None:
    tuesday = MONDAY + dt.timedelta(days=1)
    said = observed(("T1", MONDAY, 10), ("V11", MONDAY, 4), ("V12", MONDAY, 5), ("T2", MONDAY, 1), ("V11", tuesday, 7))
    cells = build_one(tmp_path, "flow", REPORTED, observations=said)
    assert (cells["day", "T1", MONDAY], cells["day", "C", MONDAY], cells["day", "V11", MONDAY]) == (10, 11, 4)
    assert cells["day", "T1", tuesday] == 7
    assert (cells["week", "T1", MONDAY], cells["week", "C", MONDAY]) == (17, 18)


def test_sum_of_nothing_is_no_cell_and_a_stated_zero_is_one(tmp_path: Path) -> None:
    cells = build_one(tmp_path, "flow", REPORTED, observations=observed(("V11", MONDAY, None), ("V12", MONDAY, 0)))
    assert ("day", "V11", MONDAY) not in cells
    assert cells["day", "V12", MONDAY] == 0
    assert cells["day", "T1", MONDAY] == 0


def test_stock_takes_the_last_report_of_each_area_not_of_the_period(tmp_path: Path) -> None:
    said = observed(("T1", MONDAY, 100), ("T1", MONDAY + dt.timedelta(days=2), 80), ("T2", MONDAY, 7))
    cells = build_one(tmp_path, "stock", REPORTED, observations=said)
    assert cells["week", "C", MONDAY] == 87
    assert cells["day", "C", MONDAY] == 107


def test_carried_stock_changes_only_when_a_report_changes_it(tmp_path: Path) -> None:
    days = [MONDAY + dt.timedelta(days=n) for n in range(4)]
    said = observed(("T1", days[0], 100), ("T2", days[1], 7), ("T1", days[2], 100), ("T1", days[3], 80))
    cells = build_one(tmp_path, "stock", REPORTED + 'carry = "forward"\n', observations=said)
    county = {day: value for (_, area, day), value in cells.items() if area == "C"}
    assert county == {days[0]: 100, days[1]: 107, days[3]: 87}


def test_carried_backwards_from_placed_reports_only(tmp_path: Path) -> None:
    early = MONDAY - dt.timedelta(days=30)
    said = observed(("T1", MONDAY, 5), ("elsewhere", early, 9))
    cells = build_one(tmp_path, "stock", REPORTED + 'carry = "both"\n', observations=said)
    assert cells == {("day", "T1", MONDAY): 5, ("day", "C", MONDAY): 5}


def test_distinct_person_seen_in_two_villages_counts_once_for_the_township(tmp_path: Path) -> None:
    visits = [
        {"area_code": area, "person_key": person, "screened_on": MONDAY + dt.timedelta(days=day)}
        for area, person, day in [("V11", 1, 0), ("V12", 1, 0), ("V12", 1, 3), ("T1", 2, 0), ("V21", 1, 0)]
    ]
    measure = 'from = "shared.screenings"\nvalue = "count(DISTINCT person_key)"\non = "screened_on"\n'
    cells = build_one(tmp_path, "distinct", measure, screenings=visits)
    assert (cells["day", "V11", MONDAY], cells["day", "V12", MONDAY], cells["day", "T1", MONDAY]) == (1, 1, 2)
    assert (cells["day", "C", MONDAY], cells["week", "C", MONDAY]) == (2, 2)


def test_person_seen_again_and_again_in_several_places_counts_once_an_area_and_period(tmp_path: Path) -> None:
    tour = [("V11", 0), ("V12", 1), ("V11", 2), ("V21", 2), ("V11", 2), ("V11", 8), ("V12", 40)]
    visits = [{"area_code": a, "person_key": 1, "screened_on": MONDAY + dt.timedelta(days=n)} for a, n in tour]
    measure = 'from = "shared.screenings"\nvalue = "count(DISTINCT person_key)"\non = "screened_on"\n'
    cells = build_one(tmp_path, "distinct", measure, screenings=visits)
    assert set(cells.values()) == {1}
    own = {(area, day) for area, n in tour for day in [MONDAY + dt.timedelta(days=n)]}
    days = (
        own | {("T1", day) for area, day in own if area != "V21"} | {("T2", day) for area, day in own if area == "V21"}
    )
    assert {(a, d) for p, a, d in cells if p == "day"} == days | {("C", day) for _, day in own}
    assert {(a, d) for p, a, d in cells if p == "year" and a in ("T1", "C")} == {
        (area, dt.date(year, 1, 1)) for area in ("T1", "C") for year in (2020, 2021)
    }


def test_list_of_members_has_a_zero_where_it_reaches_and_nobody_is_on_it(tmp_path: Path) -> None:
    listed = [{"area_code": a, "household_key": h} for a, h in [("V11", 1), ("V11", 1), ("V21", 1), ("V11", 2)]]
    measure = 'from = "shared.residents"\nvalue = "count(DISTINCT household_key)"\n'
    cells = build_one(tmp_path, "distinct", measure, residents=listed)
    assert {area: value for (_, area, _), value in cells.items() if area in ("V11", "V12", "V21", "T1", "C")} == {
        "V11": 2, "V12": 0, "V21": 1, "T1": 2, "C": 2,
    }  # fmt: skip
    assert ("day", "G111", AS_OF) not in cells, "below the depth at which households are placed"


def test_sums_are_the_same_bits_in_any_order_of_rows(tmp_path: Path) -> None:
    capital = [{"area_code": "V11", "registered_on": MONDAY, "capital_yuan": v} for v in (1e12, 0.1, 0.2, -1e12, 0.3)]
    measure = 'from = "shared.enterprises"\nvalue = "sum(capital_yuan)"\non = "registered_on"\n'
    cells = build_one(tmp_path, "flow", measure, enterprises=capital)
    assert cells["day", "C", MONDAY] == 0.6
    assert cells == build_one(tmp_path, "flow", measure, enterprises=capital[::-1])


def test_cumulative_begins_with_zero_where_the_source_reaches(standard: list[Indicator]) -> None:
    cases = [
        {"case_no": n, "area_code": a, "confirmed_on": d}
        for n, a, d in [("1", "V11", MONDAY), ("2", "V21", AS_OF), ("3", "V11", None)]
    ]
    with connect({"cases": cases}) as con:
        build_cube(con, standard, AS_OF)
        found = read_cells(con)["confirmed_cumulative"]
    assert found["day", "V12", MONDAY] == 0, "a village without a case"
    assert found["day", "C", MONDAY] == 1
    assert found["day", "C", AS_OF] == 2
    assert ("day", "G111", MONDAY) not in found, "below the depth at which cases are placed"


def test_coverage_of_a_rare_condition_is_that_of_its_log(standard: list[Indicator]) -> None:
    visits = [
        {"area_code": "V11", "screened_on": MONDAY, "is_fever": False},
        {"area_code": "T1", "screened_on": AS_OF, "is_fever": True},
    ]
    with connect({"screenings": visits}) as con:
        build_cube(con, standard, AS_OF)
        covered = con.execute("SELECT * EXCLUDE indicator FROM marts.coverage WHERE indicator = 'fever_visits'")
        assert covered.fetchall() == [(2, MONDAY, AS_OF)]


def test_city_states_its_own_source_of_residents(tmp_path: Path) -> None:
    census = REPORTED.replace("'m'", "'residents'") + 'carry = "both"\n'
    write_indicator(tmp_path, "residents", "stock", f"[measure]\n{census}")
    indicators = load_dictionary([STANDARD_DICTIONARY, tmp_path])
    census_day = dt.date(2020, 11, 1)
    with connect({"observations": observed(("C", census_day, 10_466_625), measure="residents")}) as con:
        build_cube(con, indicators, AS_OF)
        assert read_cells(con)["residents"] == {("day", "C", census_day): 10_466_625}
        parts = con.execute(
            "SELECT numerator, denominator FROM marts.indicators WHERE indicator = 'confirmed_per_100k'"
        )
        assert parts.fetchall() == [("confirmed_cumulative", "residents")]


def test_only_the_named_sources_are_computed_anew(standard: list[Indicator]) -> None:
    with connect({"residents": [{"area_code": "V11"}], "cases": [{"area_code": "V11", "confirmed_on": MONDAY}]}) as con:
        build_cube(con, standard, AS_OF)
        con.execute("INSERT INTO shared.residents (area_code) VALUES ('V11')")
        con.execute("INSERT INTO shared.cases (area_code, confirmed_on) VALUES ('V11', DATE '2020-12-28')")
        report = build_cube(con, standard, AS_OF, sources={"shared.cases"})
        found = read_cells(con)
        assert list(report.seconds) == ["shared.cases"]
        assert found["confirmed_new"]["day", "C", MONDAY] == 2
        assert found["residents"]["day", "C", AS_OF] == 1
        again = build_cube(con, [i for i in standard if i.id == "residents"], AS_OF, sources=set())
        assert set(read_cells(con)) == {"residents"}
        assert again.rows == len(found["residents"])


def test_missing_tables_are_named_and_leave_no_cells(standard: list[Indicator]) -> None:
    with connect({"cases": [{"area_code": "V11", "confirmed_on": MONDAY}]}) as con:
        con.execute("DROP TABLE shared.screenings")
        report = build_cube(con, standard, AS_OF)
        assert report.missing == ("shared.screenings",)
        assert "confirmed_new" in read_cells(con)
        listed = con.execute("SELECT indicator FROM marts.indicators ORDER BY sort_order").fetchall()
        assert [name for (name,) in listed] == [i.id for i in standard]


def test_cells_lie_in_order_within_their_source(standard: list[Indicator]) -> None:
    visits = [
        {"area_code": a, "screened_on": MONDAY + dt.timedelta(days=n), "is_fever": n % 2 == 0, "person_key": n}
        for n, a in enumerate(["X", "V21", "V11", "T3", "G111"] * 8)
    ]
    with connect({"screenings": visits}) as con:
        build_cube(con, standard, AS_OF)
        cells = con.execute("SELECT indicator, period_type, period_on, depth FROM marts.cells").fetchall()
        screened = [c for c in cells if c[0] in ("screening_visits", "screened_persons", "fever_visits")]
    assert screened
    assert screened == sorted(screened)


def test_nothing_temporary_is_left(standard: list[Indicator]) -> None:
    with connect({}) as con:
        for source in sorted({i.measure.source for i in standard if i.measure}):
            con.execute(f"INSERT INTO {source} (area_code) SELECT min(area_code) FROM shared.area_ancestors")
        build_cube(con, standard, AS_OF)
        assert con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall() == []


def test_engine_failure_names_the_source(standard: list[Indicator]) -> None:
    with connect({}) as con:
        con.execute("INSERT INTO shared.cases (case_no) VALUES ('1')")
        con.execute("ALTER TABLE shared.cases DROP COLUMN confirmed_on")
        with pytest.raises(BuildError, match=r"cube of shared\.cases: the engine refuses"):
            build_cube(con, standard, AS_OF)


def test_definitions_shown_to_people_run(standard: list[Indicator]) -> None:
    with connect({}) as con:
        build_cube(con, standard, AS_OF)
        rows = con.execute("SELECT sql, kind FROM marts.indicators").fetchall()
        for sql, kind in rows:
            if kind not in ("ratio", "cumulative"):
                con.execute(sql)
        assert {k for _, k in rows} >= {"flow", "stock", "distinct", "cumulative", "ratio"}


def test_dictionary_rows_say_where_numbers_come_from(standard: list[Indicator]) -> None:
    with connect({}) as con:
        build_cube(con, standard, AS_OF)
        row = con.execute(
            "SELECT source_table, measure_on, measure_where, carry, absent FROM marts.indicators"
            " WHERE indicator = 'confirmed_cumulative'"
        ).fetchone()
        assert row == ("shared.cases", "confirmed_on", None, "forward", "no_data")


def test_indicators_with_quotes_in_their_conditions(tmp_path: Path) -> None:
    measure = REPORTED.replace("'m'", "'it''s'")
    cells = build_one(tmp_path, "flow", measure, observations=observed(("T1", MONDAY, 1), measure="it's"))
    assert cells["day", "C", MONDAY] == 1


def test_two_builds_of_the_same_rows_are_the_same(standard: list[Indicator]) -> None:
    def cells(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
        build_cube(con, standard, AS_OF)
        return con.execute("FROM marts.cells").fetchall()

    with connect({"residents": [{"area_code": a} for a in ("V11", "T1", "C")]}) as con:
        first = cells(con)
        assert first
        assert first == cells(con)
