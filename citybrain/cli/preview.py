"""`citybrain preview`: what the readers see in any file, before there is a contract for it."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.cli.options import AsJson
from citybrain.cli.output import print_json, print_table

if TYPE_CHECKING:
    from citybrain.readers.preview import Preview


class Whole(StrEnum):
    """Ways to write the whole table."""

    CSV = "csv"
    JSON = "json"


def preview(
    file: Annotated[Path, typer.Argument(help="Any file a department may send.")],
    to: Annotated[Whole | None, typer.Option(help="Write the whole table as it was read.")] = None,
    kind: Annotated[str, typer.Option(help="Kind of file, as [source] kind of a contract; sniffed if not given.")] = "",
    encoding: Annotated[str, typer.Option(help="Encoding, such as gb18030; sniffed if not given.")] = "",
    delimiter: Annotated[str, typer.Option(help="Delimiter; sniffed if not given.")] = "",
    header_row: Annotated[int, typer.Option(min=0, help="Line of the header, from 1; found if not given.")] = 0,
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook; * = all; the first with a table if not given.")] = "",
    rows: Annotated[str, typer.Option(help="JSON: dotted path to the list of records; found if not given.")] = "",
    table: Annotated[str, typer.Option(help="Table of a database file or layer of a geo file.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what the readers see in a file. Kind, encoding, header row, skipped rows, columns, first rows."""
    from citybrain.readers import ReadOptions
    from citybrain.readers.preview import preview as look_at
    from citybrain.readers.preview import write_table

    options = ReadOptions(
        kind=kind, encoding=encoding, delimiter=delimiter, header_row=header_row, sheet=sheet, rows=rows, table=table
    )
    if to:
        write_table(file, options, to.value, sys.stdout)
    elif as_json:
        print_json(look_at(file, options))
    else:
        print_preview(file, look_at(file, options))


def print_preview(file: Path, seen: Preview) -> None:
    """Prints how the file was read, what was skipped, the columns and the first rows."""
    facts = {"kind": seen.kind, "encoding": seen.encoding, "delimiter": repr(seen.delimiter) if seen.delimiter else ""}
    facts |= {"sheet": seen.sheet, "header row": str(seen.header_line or ""), "rows": f"{seen.rows:,}"}
    facts |= {"damaged rows": str(seen.damaged_rows or "")}
    typer.echo(f"{file.name}: " + ", ".join(f"{what} {fact}" for what, fact in facts.items() if fact))
    if seen.layout:
        listed = [(str(row.line), row.kind, row.text) for row in seen.layout]
        print_table(("line", "not data", "text"), listed)
    print_table(("column", "looks like"), [(c.name, c.semantic) for c in seen.columns])
    rows = zip(seen.first_lines, seen.first_rows, strict=True)
    print_table(("line", *(c.name for c in seen.columns)), [(str(line), *cells) for line, cells in rows])
    for finding in seen.findings:
        typer.echo(f"- {finding}")
