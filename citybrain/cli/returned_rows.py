"""Quarantined rows as a table that opens in Excel and WPS and can run nothing there."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from citybrain.ingest import QuarantinedRow

HEADINGS = {"zh": ("文件", "行号", "工作表", "退回原因"), "en": ("file", "line", "sheet", "reasons")}
NOT_A_FORMULA = re.compile(r"[+-]?[\d.,]+%?")
SHEET_ROWS = 1_048_575
"""Rows of an Excel sheet below its header."""
CELL_CHARACTERS = 32_767
"""Most characters of an Excel cell."""


@dataclass(frozen=True)
class Told:
    """One reason in words, and the source columns whose cells it speaks of."""

    headers: tuple[str, ...]
    sentence: str


class ReturnedRows:
    """The rows of a feed in one table: file, line, sheet, reasons, then every column any of the files has.

    `read` starts reading the rows anew; they are read twice, first for the columns, so that no feed is too large.
    `sources` maps canonical columns and measures to source headers, so that a reason names the column as the department
    does; `key` are the canonical columns of which a reason without a column speaks.
    """

    def __init__(
        self,
        read: Callable[[], Iterable[QuarantinedRow]],
        language: str,
        sources: Mapping[str, tuple[str, ...]],
        key: tuple[str, ...] = (),
    ) -> None:
        self.read, self.language, self.sources, self.key = read, language, sources, key
        self.headers: list[str] = list(dict.fromkeys(h for row in read() for h in row.headers))

    @property
    def headings(self) -> list[str]:
        """Headings of the table, in the language."""
        return [*HEADINGS[self.language], *self.headers]

    def cells(self) -> Iterator[list[str]]:
        """The rows of the table, all text."""
        place = {header: i for i, header in enumerate(self.headers)}
        for row in self.read():
            original = [""] * len(place)
            for header, cell in zip(row.headers, row.original, strict=False):
                original[place[header]] = cell or ""
            reasons = "\n".join(told.sentence for told in self.told(row))
            yield [row.file_name, str(row.line or ""), row.sheet or "", reasons, *original]

    def objects(self) -> Iterator[dict[str, Any]]:
        """The rows for programs: reasons as codes, cells by header."""
        for row in self.read():
            yield {
                "file": row.file_name,
                "line": row.line,
                "sheet": row.sheet,
                "reasons": list(row.reasons),
                "original": dict(zip(row.headers, row.original, strict=False)),
            }

    def told(self, row: QuarantinedRow) -> list[Told]:
        """Why a row was set aside, each reason once."""
        return list(dict.fromkeys(self._told(reason, row) for reason in row.reasons))

    def _told(self, reason: str, row: QuarantinedRow) -> Told:
        from citybrain.semantics import REASONS

        column, _, code = reason.rpartition(":")
        words = REASONS[code][0 if self.language == "zh" else 1] if code in REASONS else code
        if row.measure and column in ("measure", "value"):
            column = row.measure
        columns = (column,) if column else self.key
        headers = tuple(h for name in columns for h in self.sources.get(name, ()) if h in row.headers)
        label = (headers[0] if headers else column) if column else ""
        return Told(headers, f"{label}: {words}" if label else words)


def harmless(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula; plain numbers stay what they are.

    Source: OWASP, CSV Injection.
    """
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠") and not NOT_A_FORMULA.fullmatch(cell):
        return "'" + cell
    return cell


def write_csv(rows: ReturnedRows, file: TextIO) -> int:
    """Writes the table as CSV; returns the number of rows."""
    writer, count = csv.writer(file, lineterminator="\r\n"), 0
    writer.writerow([harmless(h) for h in rows.headings])
    for cells in rows.cells():
        writer.writerow([harmless(c) for c in cells])
        count += 1
    return count
