"""What goes wrong in a household registry, and how often."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from citybrain.demo import names
from citybrain.demo.identifiers import ID_CHECKS

RATES = {
    "id_wrong_digit": 0.002,
    "id_transposed_digits": 0.001,
    "id_15_digits": 0.001,
    "id_full_width": 0.0005,
    "id_missing": 0.0005,
    "birth_date_impossible": 0.0005,
    "area_unknown": 0.0005,
    "name_variant": 0.001,
    "duplicate": 0.001,
    "conflicting_duplicate": 0.0002,
    "birth_date_other": 0.0008,
    "sex_other": 0.0004,
}
"""Share of the lines that bear each fault; a line bears one at most."""
LOWER_CASE_X = 0.03
"""Share of the numbers ending in X that are written with a small x."""

ID, NAME, SEX, BORN = "公民身份号码", "姓名", "性别", "出生日期"
AREA, ADDRESS = "行政区划代码", "户籍地址"
KINDS = tuple(RATES)
Rewrite = Callable[[np.random.Generator, str], str]


def wrong_digit(rng: np.random.Generator, number: str) -> str:
    """One digit mistyped, which the check character always shows. Source: ISO 7064, MOD 11-2."""
    place = int(rng.integers(0, 18))
    others = [c for c in (ID_CHECKS if place == 17 else "0123456789") if c != number[place]]
    return number[:place] + str(rng.choice(others)) + number[place + 1 :]


def transposed_digits(rng: np.random.Generator, number: str) -> str:
    """Two neighbouring digits swapped, which the check character always shows."""
    places = [i for i in range(6, 16) if number[i] != number[i + 1]]
    if not places:
        return wrong_digit(rng, number)
    at = int(rng.choice(places))
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def fifteen_digits(rng: np.random.Generator, number: str) -> str:
    """The number as issued before 1999; those born later never had one and keep theirs."""
    return number[:6] + number[8:17] if number[6:8] == "19" else number


def impossible_date(rng: np.random.Generator, text: str) -> str:
    """A date that no calendar has, in the year and the writing of the right one."""
    separator = next((mark for mark in "-/.年" if mark in text), "")
    month, day = (("02", "30"), ("04", "31"), ("13", "05"), ("00", "00"))[int(rng.integers(0, 4))]
    end = "月" if separator == "年" else separator
    return f"{text[:4]}{separator}{month}{end}{day}" + ("日" if separator == "年" else "")


def unknown_area(rng: np.random.Generator, code: str) -> str:
    """A village that was merged away, the code of a neighbouring county, or what a spreadsheet made of the code."""
    return (code[:9] + "599", "379801" + code[6:], f"{float(code):.5E}")[int(rng.integers(0, 3))]


def other_year(rng: np.random.Generator, text: str) -> str:
    """The same day of the year before, as remembered; the 29th of February stays."""
    return text if "29" in text[4:] else f"{int(text[:4]) - 1}{text[4:]}"


REWRITES: dict[str, tuple[str, Rewrite]] = {
    "id_wrong_digit": (ID, wrong_digit),
    "id_transposed_digits": (ID, transposed_digits),
    "id_15_digits": (ID, fifteen_digits),
    "id_full_width": (ID, lambda rng, number: number.translate(names.FULL_WIDTH)),
    "id_missing": (ID, lambda rng, number: str(rng.choice(["", "无", "不详"]))),
    "id_lower_case_x": (ID, lambda rng, number: number.lower()),
    "birth_date_impossible": (BORN, impossible_date),
    "area_unknown": (AREA, unknown_area),
    "birth_date_other": (BORN, other_year),
    "sex_other": (SEX, lambda rng, sex: "女" if sex == "男" else "男"),
    "name_variant": (NAME, lambda rng, name: name.translate(names.TRADITIONAL)),
}
"""Kind -> the column it spoils, and how."""


def plant(rng: np.random.Generator, rows: pl.DataFrame, first_line: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with faults, and one row a fault (line, kind, detail: what stood there before).

    A repeated line follows the line that it repeats; its detail is that line's number.
    """
    bounds = np.cumsum(list(RATES.values()))
    kind = np.searchsorted(bounds, rng.random(rows.height), side="right")
    number = rows[ID]
    small_x = number.str.ends_with("X").to_numpy() & (rng.random(rows.height) < LOWER_CASE_X) & (kind == len(KINDS))
    repeated = np.isin(kind, [KINDS.index("duplicate"), KINDS.index("conflicting_duplicate")])
    lines = first_line + np.arange(rows.height) + np.cumsum(repeated) - repeated
    rows, planted = _rewrite(rng, rows, _chosen(kind, small_x), lines)
    order = np.repeat(np.arange(rows.height), 1 + repeated)
    return _repeat(rng, rows, kind, order, planted, lines)


def _chosen(kind: np.ndarray, small_x: np.ndarray) -> dict[str, np.ndarray]:
    chosen = {name: np.flatnonzero(kind == KINDS.index(name)) for name in REWRITES if name in KINDS}
    return chosen | {"id_lower_case_x": np.flatnonzero(small_x)}


Planted = list[tuple[int, str, str]]


def _rewrite(
    rng: np.random.Generator, rows: pl.DataFrame, chosen: dict[str, np.ndarray], lines: np.ndarray
) -> tuple[pl.DataFrame, Planted]:
    """Spoils single cells; what happens to stay as it was is no fault."""
    planted: Planted = []
    for kind, positions in chosen.items():
        column, rewrite = REWRITES[kind]
        cells = rows[column]
        before = cells.gather(positions).to_list()
        after = [rewrite(rng, text) for text in before]
        rows = rows.with_columns(cells.scatter(positions, after) if len(positions) else cells)
        planted += [
            (int(line), kind, old) for line, old, new in zip(lines[positions], before, after, strict=True) if old != new
        ]
    return rows, planted


def _repeat(
    rng: np.random.Generator,
    rows: pl.DataFrame,
    kind: np.ndarray,
    order: np.ndarray,
    planted: Planted,
    lines: np.ndarray,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    is_second = np.concatenate([[False], order[1:] == order[:-1]])
    result = rows[order]
    differs = np.flatnonzero(is_second & (kind[order] == KINDS.index("conflicting_duplicate")))
    moved = result[ADDRESS].gather(differs) + "（迁）"
    if len(differs):
        result = result.with_columns(result[ADDRESS].scatter(differs, moved))
    for name in ("duplicate", "conflicting_duplicate"):
        first = lines[kind == KINDS.index(name)]
        planted += [(int(line) + 1, name, str(line)) for line in first]
    return result, pl.DataFrame(
        planted, schema={"line": pl.Int64, "kind": pl.String, "detail": pl.String}, orient="row"
    )
