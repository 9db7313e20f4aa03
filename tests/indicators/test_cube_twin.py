"""Every way of adding up, at every level and period, against plain loops over the rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.indicators import build_cube, load_dictionary
from citybrain.indicators.expressions import create_empty_sources
from citybrain.indicators.indicator import Indicator
from citybrain.indicators.sources import SOURCES
from tests.indicators import naive_cube
from tests.indicators.naive_cube import AS_OF, TREE, Row, Twin, add, count


def seen(column: str):  # type: ignore[no-untyped-def]
    return lambda row: row[column] is not None


def measuring(name: str):  # type: ignore[no-untyped-def]
    return lambda row: row["measure"] == name


def reports(name: str, **more: Any) -> Twin:
    more = {"kind": "stock"} | more
    return Twin("observations", value=add("value"), on="period_on", where=measuring(name), states=seen("value"), **more)


FROM_SCREENINGS = 'from = "shared.screenings"\non = "screened_on"'
FROM_ENTERPRISES = 'from = "shared.enterprises"'
FROM_REPORTS = 'from = "shared.observations"\nvalue = "sum(value)"\non = "period_on"'

MEASURED: dict[str, tuple[str, Twin]] = {
    "visits": (f'{FROM_SCREENINGS}\nvalue = "count(*)"', Twin("screenings", "flow", on="screened_on", zero=True)),
    "fevers": (
        f'{FROM_SCREENINGS}\nvalue = "count(*)"\nwhere = "is_fever"',
        Twin("screenings", "flow", on="screened_on", zero=True, where=lambda r: r["is_fever"] is True),
    ),
    "temperatures": (
        f'{FROM_SCREENINGS}\nvalue = "count(temperature_c)"\nwhere = "facility = \'A\'"\nabsent = "no_data"',
        Twin(
            "screenings",
            "flow",
            value=count("temperature_c"),
            on="screened_on",
            where=lambda r: r["facility"] == "A",
            states=seen("temperature_c"),
        ),
    ),
    "new_capital": (
        f'{FROM_ENTERPRISES}\nvalue = "sum(capital_yuan)"\non = "registered_on"\nabsent = "no_data"',
        Twin("enterprises", "flow", value=add("capital_yuan"), on="registered_on", states=seen("capital_yuan")),
    ),
    "reported_flow": (f"{FROM_REPORTS}\nwhere = \"measure = 'f'\"", reports("f", kind="flow")),
    "zero_flow": (
        f'{FROM_REPORTS}\nwhere = "measure = \'z\'"\nabsent = "zero"',
        reports("z", kind="flow", zero=True),
    ),
    "beds": (f"{FROM_REPORTS}\nwhere = \"measure = 'b'\"", reports("b")),
    "masks": (f'{FROM_REPORTS}\nwhere = "measure = \'m\'"\ncarry = "forward"', reports("m", carry="forward")),
    "census": (f'{FROM_REPORTS}\nwhere = "measure = \'c\'"\ncarry = "both"', reports("c", carry="both")),
    "staff_last": (
        f'{FROM_ENTERPRISES}\nvalue = "sum(staff)"\non = "registered_on"',
        Twin("enterprises", "stock", value=add("staff"), on="registered_on", states=seen("staff")),
    ),
    "staff_kept": (
        f'{FROM_ENTERPRISES}\nvalue = "sum(staff)"\non = "registered_on"\ncarry = "forward"',
        Twin("enterprises", "stock", value=add("staff"), on="registered_on", states=seen("staff"), carry="forward"),
    ),
    "residents": (
        'from = "shared.residents"\nvalue = "count(*)"',
        Twin("residents", "stock", carry="both", zero=True),
    ),
    "women": (
        'from = "shared.residents"\nvalue = "count(*)"\nwhere = "sex = \'2\'"\nabsent = "no_data"',
        Twin("residents", "stock", carry="both", where=lambda r: r["sex"] == "2"),
    ),
    "land": (
        'from = "shared.areas"\nvalue = "sum(area_km2)"',
        Twin("areas", "stock", value=add("area_km2"), carry="both", states=seen("area_km2")),
    ),
    "persons": (
        f'{FROM_SCREENINGS}\nvalue = "count(DISTINCT person_key)"',
        Twin("screenings", "distinct", on="screened_on", member="person_key", zero=True),
    ),
    "feverish_persons": (
        f'{FROM_SCREENINGS}\nvalue = "count(DISTINCT person_key)"\nwhere = "is_fever"\nabsent = "no_data"',
        Twin(
            "screenings",
            "distinct",
            on="screened_on",
            member="person_key",
            where=lambda r: r["is_fever"] is True,
            states=seen("person_key"),
        ),
    ),
    "households": (
        'from = "shared.residents"\nvalue = "count(DISTINCT household_key)"\nabsent = "no_data"',
        Twin("residents", "distinct", carry="both", member="household_key", states=seen("household_key")),
    ),
}
CUMULATIVE = {"fevers_so_far": "fevers", "capital_so_far": "new_capital", "zero_so_far": "zero_flow"}
CUMULATIVE |= {"reported_so_far": "reported_flow"}


@pytest.fixture(scope="module")
def indicators(tmp_path_factory: pytest.TempPathFactory) -> list[Indicator]:
    folder = tmp_path_factory.mktemp("dictionary")
    for name, (measure, twin) in MEASURED.items():
        write(folder, name, twin.kind, f"[measure]\n{measure}\n")
    for name, flow in CUMULATIVE.items():
        write(folder, name, "cumulative", f'of = "{flow}"\n')
    write(folder, "fever_rate", "ratio", 'numerator = "fevers"\ndenominator = "visits"\nscale = 100\n')
    return load_dictionary([folder])


def write(folder: Path, name: str, kind: str, body: str) -> None:
    words = '{ zh = "名", en = "name" }'
    head = f'title = {words}\ndefinition = {words}\nunit = {words}\ntheme = "t"\nowner = "o"\nkind = "{kind}"\n'
    (folder / f"{name}.toml").write_text(head + body, encoding="utf-8")


AREAS = st.sampled_from([*TREE, *TREE, None, "elsewhere"])
DAYS = st.sampled_from(
    [dt.date(2020, 12, 27) + dt.timedelta(days=n) for n in range(9)] + [dt.date(2020, 2, 29), dt.date(2020, 3, 1), None]
)
NUMBERS = st.one_of(st.none(), st.integers(-2, 9), st.sampled_from([0.1, 0.2, 2.5]))


def rows(most: int, **columns: st.SearchStrategy) -> st.SearchStrategy[list[Row]]:  # type: ignore[type-arg]
    return st.lists(st.fixed_dictionaries({"area_code": AREAS, **columns}), max_size=most)


WORLDS = st.fixed_dictionaries(
    {
        "residents": rows(
            12, household_key=st.one_of(st.none(), st.integers(1, 4)), sex=st.sampled_from(["1", "2", None])
        ),
        "screenings": rows(
            20,
            person_key=st.one_of(st.none(), st.integers(1, 4)),
            screened_on=DAYS,
            facility=st.sampled_from(["A", "B"]),
            temperature_c=st.sampled_from([36.5, 38.0, None]),
            is_fever=st.sampled_from([True, False, None]),
        ),
        "enterprises": rows(
            10, registered_on=DAYS, capital_yuan=NUMBERS, staff=st.one_of(st.none(), st.integers(0, 3))
        ),
        "observations": rows(30, measure=st.sampled_from(list("fzbmc")), period_on=DAYS, value=NUMBERS),
        "areas": st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=len(TREE), max_size=len(TREE)).map(
            lambda sizes: [{"area_code": a, "area_km2": s} for a, s in zip(TREE, sizes, strict=True)]
        ),
    }
)


def connect(world: dict[str, list[Row]]) -> duckdb.DuckDBPyConnection:
    """A snapshot of the shared tables with these rows."""
    con = duckdb.connect(":memory:", config={"threads": 1})
    create_empty_sources(con)
    pairs = [(a, up, TREE[up][1]) for a in TREE for up in naive_cube.above(a)]
    con.execute("CREATE TABLE shared.area_ancestors (area_code VARCHAR, ancestor_code VARCHAR, ancestor_depth INTEGER)")
    con.executemany("INSERT INTO shared.area_ancestors VALUES (?, ?, ?)", pairs)
    for table, content in world.items():
        if content:
            types = {n: c.sql_type for n, c in SOURCES[f"shared.{table}"].columns().items()}
            names = list(content[0])
            frame = pl.DataFrame(
                [[r[n] for n in names] for r in content],
                schema={n: POLARS[types[n]] for n in names},
                orient="row",
                strict=False,
            )
            con.register("content", frame.to_arrow())
            con.execute(f"INSERT INTO shared.{table} BY NAME SELECT * FROM content")
    return con


POLARS = {"VARCHAR": pl.String, "BIGINT": pl.Int64, "INTEGER": pl.Int32, "DOUBLE": pl.Float64, "DATE": pl.Date}
POLARS |= {"BOOLEAN": pl.Boolean}


def read_cells(con: duckdb.DuckDBPyConnection) -> dict[str, naive_cube.Cells]:
    """Cells by indicator; fails on a cell stated twice or at a wrong depth."""
    found: dict[str, naive_cube.Cells] = {}
    for name, period, area, depth, day, value in con.execute("FROM marts.cells").fetchall():
        assert depth == TREE[area][1]
        assert (period, area, day) not in found.setdefault(name, {})
        found[name][period, area, day] = value
    return found


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=WORLDS)
def test_cube_equals_plain_loops(indicators: list[Indicator], world: dict[str, list[Row]]) -> None:
    with connect(world) as con:
        report = build_cube(con, indicators, AS_OF)
        found = read_cells(con)
        covered = {n: (d, a, b) for n, d, a, b in con.execute("FROM marts.coverage").fetchall()}
    assert report.rows == sum(len(c) for c in found.values())
    for name, (_, twin) in MEASURED.items():
        assert found.pop(name, {}) == pytest.approx(naive_cube.cells(twin, world)), name
        assert covered.pop(name, None) == naive_cube.coverage(twin, world), name
    for name, flow in CUMULATIVE.items():
        twin, of = Twin("", "cumulative", carry="forward"), MEASURED[flow][1]
        assert found.pop(name, {}) == pytest.approx(naive_cube.cells(twin, world, of)), name
        assert covered.pop(name, None) == naive_cube.coverage(of, world), name
    assert not found and not covered, "nothing else has cells, ratios least of all"
