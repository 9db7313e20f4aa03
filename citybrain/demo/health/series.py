"""Feeds that come as a series of files: rows are dealt out to files, written, stamped, and their lines remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from citybrain.demo.departments import Planted, World
from citybrain.demo.faults import COLUMNS as FAULT_COLUMNS
from citybrain.demo.mentions import MENTION_COLUMNS, mention_table
from citybrain.demo.period import day, deliver
from citybrain.demo.text_files import open_encoded

Writer = Callable[[Path, pl.DataFrame], int]
"""Writes the rows of a file and returns the line, as the product counts, of the first."""


@dataclass(frozen=True)
class Series:
    """A feed in files: how a file is called, which columns it has, how it is written and when it is handed over."""

    stem: str
    """Path below the extracts up to the period, such as `health/contacts/contacts_`."""
    ending: str
    headers: dict[str, str]
    """Column of the rows -> header in the file, in the order of the file."""
    write: Writer
    clock: str = "09:30"
    month: bool = False
    """One file a month instead of one a week."""

    def file(self, number: int) -> str:
        """Path below the extracts of the file that the rows of day `number` go into."""
        on = day(number)
        year, week, _ = on.isocalendar()
        return f"{self.stem}{on:%Y-%m}{self.ending}" if self.month else f"{self.stem}{year}-W{week:02d}{self.ending}"


def deliver_series(world: World, series: Series, rows: pl.DataFrame) -> tuple[pl.DataFrame, Planted]:
    """Writes the rows to the file of their `file_day` and returns them with `file` and `line`, and what was planted.

    Rows are in file order within their file. `file_day` is a day number: a file is handed over the day after its week or
    month. Where the rows have `person` and `mention_fault`, their lines become mentions; where they have `fault` (and
    maybe `detail`), those that are not "" become faults.
    """
    known = {int(d): series.file(int(d)) for d in rows["file_day"].unique()}
    files = pl.DataFrame(
        {"file_day": list(known), "file": list(known.values())}, schema={"file_day": pl.Int64, "file": pl.String}
    )
    rows = rows.with_columns(pl.col("file_day").cast(pl.Int64)).join(
        files, on="file_day", how="left", maintain_order="left"
    )
    parts = []
    for (file,), part in rows.partition_by("file", as_dict=True, maintain_order=True).items():
        path = world.extracts / str(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        first = series.write(path, part.select(pl.col(name).alias(header) for name, header in series.headers.items()))
        last = _last_day(world, series, int(part["file_day"][0]))
        deliver(path, last + 1, series.clock)
        parts.append(part.with_columns(line=first + pl.int_range(pl.len(), dtype=pl.Int64)))
    placed = pl.concat(parts) if parts else rows.with_columns(line=pl.lit(0, pl.Int64))
    return placed, planted_in(placed)


def planted_in(placed: pl.DataFrame) -> Planted:
    """Mentions and faults of rows that have `file` and `line`."""
    mentions = pl.DataFrame(schema=MENTION_COLUMNS)
    if "mention_fault" in placed.columns:
        mentions = mention_table(placed["file"], placed["line"], placed["person"], placed["mention_fault"])
    faults = pl.DataFrame(schema=FAULT_COLUMNS)
    if "fault" in placed.columns:
        detail = pl.col("detail") if "detail" in placed.columns else pl.lit("")
        faults = placed.filter(pl.col("fault") != "").select("file", "line", kind="fault", detail=detail)
    return Planted(faults=faults, mentions=mentions)


def _last_day(world: World, series: Series, number: int) -> int:
    """Last day of the week or month that holds day `number`, or of the whole period."""
    last = number
    while last + 1 < world.days and series.file(last + 1) == series.file(number):
        last += 1
    return last


def text_writer(encoding: str = "gb18030", separator: str = ",", title: str = "", *, quoted: bool = False) -> Writer:
    """Writes delimited text: gb18030, utf-8, utf-8-sig (with a byte order mark) or utf-16, maybe with a title line above."""

    def write(path: Path, rows: pl.DataFrame) -> int:
        text = rows.write_csv(
            separator=separator, line_terminator="\r\n", quote_style="always" if quoted else "necessary"
        )
        whole = (title + separator * (rows.width - 1) + "\r\n" if title else "") + text
        if encoding == "gb18030":
            with open_encoded(path, encoding) as file:
                file.write(whole.encode())
        else:
            path.write_bytes(whole.encode(encoding))
        return 3 if title else 2

    return write


def gathered(texts: list[str] | tuple[str, ...], positions: np.ndarray) -> pl.Series:
    """The texts at these positions."""
    return pl.Series(list(texts), dtype=pl.String).gather(positions.astype(np.int64))


def drawn_words(rng: np.random.Generator, words: dict[str, float], count: int) -> pl.Series:
    """`count` words by their shares."""
    shares = np.array(list(words.values()))
    return gathered(list(words), rng.choice(len(shares), count, p=shares / shares.sum()))


def instant_text(minutes: str, pattern: str = "%Y-%m-%d %H:%M") -> pl.Expr:
    """The local time of a column of minutes since the beginning of the first day, as text; null stays null."""
    return (pl.lit(day(0)).cast(pl.Datetime("ms")) + pl.duration(minutes=pl.col(minutes))).dt.strftime(pattern)


def day_text(number: str, pattern: str = "%Y-%m-%d") -> pl.Expr:
    """The date of a column of day numbers, as text; null stays null."""
    return (pl.lit(day(0)) + pl.duration(days=pl.col(number))).dt.strftime(pattern)
