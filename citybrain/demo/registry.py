"""The household registry (户籍) as the public security bureau exports it: one text file, a title above and a note below."""

from __future__ import annotations

from contextlib import ExitStack

import numpy as np
import polars as pl

from citybrain.demo import names
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.geography import County
from citybrain.demo.mentions import mention_table
from citybrain.demo.outbreak import Illness
from citybrain.demo.people import EXTRACT_DAY
from citybrain.demo.period import day_number, deliver
from citybrain.demo.randomness import stream
from citybrain.demo.registry_faults import ADDRESS, AREA, BORN, ID, NAME, SEX, plant
from citybrain.demo.text_files import open_encoded

FILE = "public_security/household_registry_20200105.csv"
HEADERS = (ID, NAME, SEX, BORN, AREA, "户号", ADDRESS, "联系电话", "登记日期")
TITLE = f"{names.COUNTY_NAME}户籍人口基本信息表（截至2020年1月5日）"
NOTE = "注：本表由各派出所户籍系统汇总导出，仅供内部使用。"
DATE_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d")
"""Each police station writes birth dates in its own way."""
NO_PHONE = 0.08
NO_PHONE_TEXTS = ("", "", "", "无", "/", "—")
LINE_END = "\r\n"


class HouseholdRegistry:
    """The registry file; townships are appended one by one, and the file is stamped as delivered on the first day."""

    def __init__(self, world: World) -> None:
        self._seed, self._county, self._path = world.seed, world.county, world.extracts / FILE
        self._stack = ExitStack()
        self._file = self._stack.enter_context(open_encoded(self._path, world.registry_encoding))
        self._next_line = 1
        self._planted: list[Planted] = []
        self._write_line(TITLE)
        self._write_line(*HEADERS)

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Appends the people of a township."""
        rng = stream(self._seed, f"registry of {township}")
        rows, faults = plant(rng, _rows(rng, self._county, township, people), self._next_line)
        text = rows.select(HEADERS).write_csv(include_header=False, quote_style="never", line_terminator=LINE_END)
        self._file.write(text.encode())
        lines = self._next_line + np.arange(rows.height)
        self._planted.append(
            Planted(
                faults=faults.select(pl.lit(FILE).alias("file"), "line", "kind", "detail"),
                mentions=mention_table(FILE, lines, rows["person"], _mention_faults(lines, faults)),
                attributes=_attributes(people, rows, lines, faults),
            )
        )
        self._next_line += rows.height

    def finish(self) -> Planted:
        """Writes the note under the table."""
        self._write_line(NOTE)
        self._stack.close()
        deliver(self._path, day_number(EXTRACT_DAY), "17:30")
        return merge(self._planted)

    def _write_line(self, *cells: str) -> None:
        padded = [*cells, *[""] * (len(HEADERS) - len(cells))]
        self._file.write((",".join(padded) + LINE_END).encode())
        self._next_line += 1


def _mention_faults(lines: np.ndarray, faults: pl.DataFrame) -> pl.Series:
    """By line, the fault of the number or the name; others do not hide who is meant."""
    about_person = faults.filter(pl.col("kind").str.contains("^(id|name)_")).select("line", "kind")
    by_line = pl.DataFrame({"line": lines}).join(about_person, on="line", how="left", maintain_order="left")
    return by_line["kind"].fill_null("")


def _attributes(people: pl.DataFrame, rows: pl.DataFrame, lines: np.ndarray, faults: pl.DataFrame) -> pl.DataFrame:
    """Birth dates and sexes that the registry states otherwise than they are; a date of the year before."""
    stated = rows.select("person", written_sex=SEX, year=pl.col(BORN).str.slice(0, 4)).with_columns(line=lines)
    wrong = faults.filter(pl.col("kind").is_in(["birth_date_other", "sex_other"])).join(stated, on="line")
    wrong = wrong.join(people.select("person", "is_male", "birth_on"), on="person", maintain_order="left")
    is_birth = pl.col("kind") == "birth_date_other"
    born = pl.col("birth_on").cast(pl.String)
    return wrong.select(
        file=pl.lit(FILE),
        line="line",
        person="person",
        attribute=pl.when(is_birth).then(pl.lit("birth_on")).otherwise(pl.lit("sex")),
        written=pl.when(is_birth).then(pl.col("year") + born.str.slice(4)).otherwise("written_sex"),
        right=pl.when(is_birth).then(born).when("is_male").then(pl.lit("男")).otherwise(pl.lit("女")),
    )


def _rows(rng: np.random.Generator, county: County, township: int, people: pl.DataFrame) -> pl.DataFrame:
    """Text columns in the order of HEADERS, without faults, and `person`."""
    codes = pl.Series([v.code for v in county.villages], dtype=pl.String)
    silent = pl.Series(rng.random(people.height) < NO_PHONE)
    nothing = pl.Series(NO_PHONE_TEXTS).gather(rng.integers(0, len(NO_PHONE_TEXTS), people.height))
    cells = (
        people["resident_id"],
        people["person_name"],
        people.select(pl.when("is_male").then(pl.lit("男")).otherwise(pl.lit("女"))).to_series(),
        people["birth_on"].dt.strftime(DATE_FORMATS[township % len(DATE_FORMATS)]),
        codes.gather(people["village"]),
        people["household"].cast(pl.String).str.zfill(9),
        addresses(county, people),
        nothing.zip_with(silent, people["phone"]),
        people["registered_on"].dt.strftime("%Y-%m-%d"),
    )
    texts = [column.alias(header) for header, column in zip(HEADERS, cells, strict=True)]
    return pl.DataFrame([*texts, people["person"]])


def addresses(county: County, people: pl.DataFrame) -> pl.Series:
    """The registered address of every person: the same for a household; a flat in communities, a number in villages.

    `people` has the columns village and household of `people_of`.
    """
    township_names = [names.COUNTY_NAME + t.name for t in county.townships]
    places = pl.Series([township_names[v.township] + v.name for v in county.villages], dtype=pl.String)
    is_community = pl.Series([v.is_community for v in county.villages]).gather(people["village"])
    home = people["household"].to_numpy() % 1_000_000

    def number(step: int, most: int) -> pl.Series:
        return pl.Series(home // step % most + 1).cast(pl.String)

    roads, estates = pl.Series(names.ROADS), pl.Series(names.ESTATES)
    road = roads.gather(home // 900 % len(roads)) + number(300, 188) + "号"
    estate = estates.gather(home // 7 % len(estates)) + number(60, 28) + "号楼" + number(12, 5) + "单元"
    flat = road + estate + number(2, 6) + "0" + number(1, 2) + "室"
    return places.gather(people["village"]) + flat.zip_with(is_community, number(1, 977) + "号")
