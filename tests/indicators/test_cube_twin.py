"""Every way of adding up, at every level and period, against plain loops over the rows."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from citybrain.indicators import build_cube, load_dictionary
from citybrain.indicators.indicator import Indicator
from tests.indicators import naive_cube
from tests.indicators.naive_cube import AS_OF, TREE, Row, Twin, add, count, middle
from tests.indicators.tiny_snapshot import connect, read_cells, write_indicator


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
    "usual_temperature": (
        f'{FROM_SCREENINGS}\nvalue = "median(temperature_c)"\nwhere = "is_fever"',
        Twin(
            "screenings",
            "duration",
            middle("temperature_c"),
            on="screened_on",
            where=lambda r: r["is_fever"] is True,
            states=seen("temperature_c"),
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
        write_indicator(folder, name, twin.kind, f"[measure]\n{measure}\n")
    for name, flow in CUMULATIVE.items():
        write_indicator(folder, name, "cumulative", f'of = "{flow}"\n')
    write_indicator(folder, "fever_rate", "ratio", 'numerator = "fevers"\ndenominator = "visits"\nscale = 100\n')
    return load_dictionary([folder])


DAYS = [dt.date(2020, 12, 27) + dt.timedelta(days=n) for n in range(9)] + [dt.date(2020, 2, 29), dt.date(2020, 3, 1)]
"""Around New Year, where week 53 begins in one year and ends in the next, and around the end of a leap February."""

NUMBERS = [None, -2, 0, 0, 1, 2, 3, 7, 0.1, 0.2, 2.5]


def random_world(seed: int) -> dict[str, list[Row]]:
    """A small world in which few areas, days and members meet often; some rows have no place, day or value."""
    dice = random.Random(seed)
    days = [*dice.sample(DAYS, dice.randint(2, 6)), None]

    def rows(most: int, **columns: list[Any]) -> list[Row]:
        areas = [*dice.sample(list(TREE), dice.randint(2, 6)), dice.choice([None, "elsewhere", "C"])]
        columns = {"area_code": areas} | columns
        return [
            {n: dice.choice(choices) for n, choices in columns.items()} for _ in range(dice.choice([0, most, most]))
        ]

    screenings = {"screened_on": days, "is_fever": [True, False, None], "temperature_c": [36.5, 38.0, None]}
    enterprises = {"registered_on": days, "capital_yuan": NUMBERS, "staff": [None, 0, 1, 2, 3]}
    observed = [rows(20, measure=[name], period_on=days, value=NUMBERS) for name in "fzbmc"]
    return {
        "residents": rows(15, household_key=[1, 2, 3, None], sex=["1", "2", None]),
        "screenings": rows(25, person_key=[1, 2, 3, 4, 5, 6, None], facility=["A", "B"], **screenings),
        "enterprises": rows(20, **enterprises),
        "observations": [row for measure in observed for row in measure],
        "areas": [{"area_code": a, "area_km2": dice.choice([None, 0.5, 2, 30])} for a in TREE],
    }


@pytest.mark.parametrize("seed", range(12))
def test_cube_equals_plain_loops(indicators: list[Indicator], seed: int) -> None:
    world = random_world(seed)
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
