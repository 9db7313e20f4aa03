"""公安局: the household registry, one full export of millions of rows in GB18030."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from citybrain.demo import faults, names
from citybrain.demo.faults import Planted, choose
from citybrain.demo.geography import County
from citybrain.demo.identifiers import id_check_positions
from citybrain.demo.people import Population, addresses, describe
from citybrain.demo.period import deliver
from citybrain.demo.randomness import stream

FILE = "public_security/household_registry_202001.csv"
HEADERS = ("公民身份号码", "姓名", "性别", "出生日期", "行政区划代码", "户号", "户籍地址", "联系电话", "登记日期")
RATES = {
    "mistyped_id": 0.002,
    "swapped_id": 0.001,
    "old_id": 0.003,
    "lower_case_x": 0.01,
    "full_width_id": 0.001,
    "missing_id": 0.001,
    "destroyed_id": 0.0005,
    "impossible_birth_date": 0.0005,
    "unknown_area": 0.001,
    "variant_name": 0.002,
    "duplicate": 0.001,
    "conflict": 0.001,
}
"""Share of the registered people whose row carries the fault."""
CHANGED: dict[str, tuple[str, faults.Mangle]] = {
    "mistyped_id": ("resident_id", faults.mistype),
    "swapped_id": ("resident_id", faults.swap),
    "old_id": ("resident_id", faults.old_form),
    "lower_case_x": ("resident_id", faults.lower_case),
    "full_width_id": ("resident_id", faults.full_width),
    "missing_id": ("resident_id", faults.missing),
    "destroyed_id": ("resident_id", faults.as_float),
    "impossible_birth_date": ("born", faults.impossible_date),
    "unknown_area": ("area", lambda code, rng: code[:9] + str(rng.integers(900, 1000))),
    "variant_name": ("name", faults.variant),
}
"""Kind -> the column it changes, and how."""
FIRST_LINE = 3
"""A title and the header stand above the rows."""
CHUNK = 250_000

Report = Callable[[int, int], None]


def write_household_registry(
    extracts: Path,
    county: County,
    population: Population,
    seed: int,
    planted: Planted,
    encoding: str = "gb18030",
    report: Report = lambda done, total: None,
) -> Path:
    """The registry of everyone registered, in order of villages; repeated rows stand at the end."""
    rng = stream(seed, "household registry")
    count = population.registered
    chosen = choose(rng, count, RATES, _eligible(population))
    repeated = np.concatenate([chosen["duplicate"], chosen["conflict"]])
    for kind in CHANGED:
        planted.add_all(FILE, FIRST_LINE + chosen[kind], kind, chosen[kind])
    for kind, before in (("duplicate", 0), ("conflict", len(chosen["duplicate"]))):
        lines = FIRST_LINE + count + before + np.arange(len(chosen[kind]))
        planted.add_all(FILE, lines, kind, chosen[kind])
    path = extracts / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        _write_text(file, f"{names.COUNTY_NAME}户籍人口基本信息表" + "," * (len(HEADERS) - 1), encoding)
        _write_text(file, ",".join(HEADERS), encoding)
        for start in range(0, count, CHUNK):
            people = np.arange(start, min(start + CHUNK, count))
            rows = _rows(population, county, people)
            _write_rows(file, _plant(rng, rows, chosen, start), encoding)
            report(int(people[-1]) + 1, count)
        again = _rows(population, county, repeated)
        _write_rows(file, _move(rng, again, county, len(chosen["duplicate"])), encoding)
        _write_text(file, "注：数据截至2020年1月5日，仅供内部使用。" + "," * (len(HEADERS) - 1), encoding)
    return deliver(path, 1, "09:10")


def _eligible(population: Population) -> dict[str, np.ndarray]:
    """Where a fault is possible: X only on numbers that end so, 15 digits only for people born before 2000."""
    numbers = population.id17[: population.registered]
    ends_with_x = np.empty(len(numbers), dtype=bool)
    for start in range(0, len(numbers), CHUNK):
        part = slice(start, start + CHUNK)
        ends_with_x[part] = id_check_positions(numbers[part]) == 2
    born_early = population.born[: population.registered] < np.datetime64("2000-01-01")
    return {"lower_case_x": ends_with_x, "old_id": born_early, "mistyped_id": born_early, "swapped_id": born_early}


def _rows(population: Population, county: County, people: np.ndarray) -> pl.DataFrame:
    village, household = population.village[people], population.household[people]
    codes = pl.Series([v.code for v in county.villages])
    born = population.born[people]
    # Anyone is registered some time between birth and the end of 2018, or at birth.
    open_days = np.maximum((np.datetime64("2018-12-31") - born).astype(np.int64), 1)
    registered_on = born + (population.phone[people].astype(np.int64) * 31 % open_days) * (household % 3 > 0)
    person = describe(population, people)
    return person.select("resident_id", "name", "sex", "born").with_columns(
        area=codes.gather(village),
        household=pl.Series(household.astype(np.int64) + 370_000_000).cast(pl.String),
        address=addresses(county, village, household),
        phone=person["phone"],
        registered_on=pl.Series(registered_on).cast(pl.String),
    )


def _plant(rng: np.random.Generator, rows: pl.DataFrame, chosen: dict[str, np.ndarray], start: int) -> pl.DataFrame:
    """The rows with the faults chosen for them."""
    columns = {}
    for kind, (column, mangle) in CHANGED.items():
        at = chosen[kind]
        at = at[np.searchsorted(at, start) : np.searchsorted(at, start + len(rows))] - start
        series = columns.get(column, rows[column])
        columns[column] = series.scatter(at, [mangle(text, rng) for text in series.gather(at)]) if len(at) else series
    return rows.with_columns(**columns)


def _move(rng: np.random.Generator, again: pl.DataFrame, county: County, unchanged: int) -> pl.DataFrame:
    """Repeated rows: after the unchanged ones, those that another station entered for another village, later."""
    places = np.arange(unchanged, len(again))
    villages = rng.integers(0, len(county.villages), len(places))
    homes = rng.integers(1, 400, len(places))
    return again.with_columns(
        area=again["area"].scatter(places, [county.villages[v].code for v in villages]),
        address=again["address"].scatter(places, addresses(county, villages, homes)),
        registered_on=again["registered_on"].scatter(places, ["2019-11-18"] * len(places)),
    )


def _write_rows(file: BinaryIO, rows: pl.DataFrame, encoding: str) -> None:
    buffer = BytesIO()
    rows.write_csv(buffer, include_header=False, line_terminator="\r\n", quote_style="never", null_value="")
    content = buffer.getvalue()
    file.write(content if encoding == "utf-8" else content.decode().encode(encoding))


def _write_text(file: BinaryIO, line: str, encoding: str) -> None:
    file.write((line + "\r\n").encode(encoding))
