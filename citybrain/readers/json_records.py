"""JSON, nested or not, and NDJSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from citybrain.errors import DeliveryError
from citybrain.readers.headers import name_columns
from citybrain.readers.parquet_spool import write_records
from citybrain.readers.table import RawTable, ReadOptions
from citybrain.sql import quote

Cells = dict[str, str | None]


class Spelled(float):
    """A number that remembers how it was written: `1.10` stays `1.10`."""

    def __new__(cls, text: str) -> Spelled:
        """The number that the text spells."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str


def read_json(path: Path, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    """A list of objects anywhere in a JSON document, or one object a line (NDJSON), as a table.

    Nested objects become columns `a.b`, lists stay JSON text. Where `options.rows` leads through a list
    (`towns.cases`), each record also gets the plain fields of what it lies in, as `towns.name`. Without `options.rows`
    the longest list of objects is taken. The source line is the number of the record, from 1.

    Raises:
        DeliveryError: it is not JSON, or holds no list of objects where it should.
    """
    text = _text(path, options)
    findings: list[str] = []
    records = _ndjson(path, text) if _is_ndjson(text) else _document(path, text, options, findings)
    relation, names, count = write_records(spool, records)
    if not count and options.expected_headers:
        return _no_records(options)
    if not count or not names:
        raise DeliveryError(
            path.name, "no record was found", expected="a list of objects", remedy="State [source] rows"
        )
    headers = name_columns(names)
    if headers != names:
        renamed = ", ".join(f"{quote(n)} AS {quote(h)}" for n, h in zip(names, headers, strict=True))
        relation = f"(SELECT {renamed} FROM {relation})"
    return RawTable(
        relation=relation, headers=headers, first_line=1, kind="json", encoding="utf-8", findings=tuple(findings)
    )


def _no_records(options: ReadOptions) -> RawTable:
    """An empty list is a delivery without rows, as a CSV of only a header is; its columns are those the contract knows."""
    headers = tuple(sorted(options.expected_headers))
    columns = ", ".join(f"NULL::VARCHAR AS {quote(h)}" for h in headers)
    return RawTable(f"(SELECT {columns} WHERE FALSE)", headers, first_line=1, kind="json", encoding="utf-8")


def _text(path: Path, options: ReadOptions) -> str:
    data = path.read_bytes()
    try:
        return data.decode(options.encoding or json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise DeliveryError(
            path.name, "the encoding of the JSON is unknown", found=f"an unknown byte at offset {error.start}",
            remedy="Export it again as UTF-8",
        ) from error  # fmt: skip


def _is_ndjson(text: str) -> bool:
    """True when the first line that holds anything is a whole object and another line follows."""
    first, _, rest = text.strip().partition("\n")
    if not first.startswith("{") or not rest.strip():
        return False
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def _ndjson(path: Path, text: str) -> Iterator[Cells]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            item = _parse(path, line, number)
            if not isinstance(item, dict):
                raise DeliveryError(path.name, f"line {number} is no JSON object", remedy="Export the file again")
            yield flatten(item)


def _document(path: Path, text: str, options: ReadOptions, findings: list[str]) -> Iterator[Cells]:
    document = _parse(path, text, 1)
    rows = options.rows
    if not rows:
        rows, length = _longest_list(document)
        if length < 0:
            raise DeliveryError(
                path.name, "the document holds no list of objects",
                remedy="Export a list of records, or state where it lies in [source] rows",
            )  # fmt: skip
        if rows:
            findings.append(
                f"The records were found at '{rows}' ({length}); state [source] rows = \"{rows}\" to fix it."
            )
    yield from _walk(path, document, [p for p in rows.split(".") if p], {}, "")


def _parse(path: Path, text: str, line: int) -> Any:
    try:
        return json.loads(text, parse_float=Spelled)
    except json.JSONDecodeError as error:
        raise DeliveryError(
            path.name, "the file is not valid JSON",
            found=f"an error on line {line + error.lineno - 1}, column {error.colno}",
            remedy="It may have been cut off: export it again",
        ) from error  # fmt: skip
    except RecursionError as error:
        raise DeliveryError(path.name, "the JSON is nested too deeply", remedy="Deliver a list of records") from error


def _longest_list(node: Any, path: str = "") -> tuple[str, int]:
    """(dotted path, length) of the longest list of objects; the outermost of equals; ("", -1) if there is none."""
    if isinstance(node, list):
        objects = sum(1 for item in node if isinstance(item, dict))
        return (path, objects) if objects * 2 > len(node) else ("", -1)
    if not isinstance(node, dict):
        return "", -1
    found = [_longest_list(child, f"{path}.{key}" if path else key) for key, child in node.items()]
    return max(found, key=lambda f: f[1], default=("", -1))


def _walk(path: Path, node: Any, steps: list[str], around: Cells, name: str) -> Iterator[Cells]:  # noqa: C901
    """The records below `steps`; lists on the way are gone through, giving their plain fields to each record."""
    if isinstance(node, list) and not steps:
        for item in node:
            if not isinstance(item, dict):
                raise DeliveryError(path.name, "a record of the list is no object", remedy="State [source] rows")
            yield {**around, **flatten(item)}
    elif isinstance(node, list):
        for item in (i for i in node if isinstance(i, dict)):
            plain = {f"{name}.{k}" if name else k: _cell(v) for k, v in item.items() if not isinstance(v, dict | list)}
            yield from _walk(path, item, steps, {**around, **plain}, name)
    elif isinstance(node, dict) and steps:
        # A key may itself hold a dot.
        for n in range(len(steps), 0, -1):
            if (key := ".".join(steps[:n])) in node:
                yield from _walk(path, node[key], steps[n:], around, key)
                return
        if not around:
            raise DeliveryError(
                path.name, f"there is no '{steps[0]}' on the way of [source] rows", found=", ".join(node)
            )
    elif isinstance(node, dict):
        yield {**around, **flatten(node)}


def flatten(item: dict[str, Any], prefix: str = "") -> Cells:
    """The object as cells: nested objects as `a.b`, lists as JSON text, numbers as written, null and "" as None."""
    cells: Cells = {}
    for key, value in item.items():
        if isinstance(value, dict) and value:
            cells.update(flatten(value, f"{prefix}{key}."))
        else:
            cells[f"{prefix}{key}"] = _cell(value)
    return cells


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, Spelled):
        return value.text
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
