"""The `<feed>.sql` and `<feed>.py` beside a contract: what they must be, checked without running them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from citybrain.errors import ContractError

SOURCE = "source"
LINE = "source_line"
"""Column of `source` that the SELECT hands on, so that a row still knows its line."""


@dataclass(frozen=True)
class Select:
    """What the SELECT of a feed reads and returns; `returns` is empty if it cannot be told (`SELECT *`)."""

    text: str
    reads: tuple[str, ...]
    returns: tuple[str, ...]


def read_select(file: Path, where: str, errors: list[ContractError]) -> Select:
    """The one SELECT of the file; what is wrong with it is added to `errors`."""
    import sqlglot  # slow to import, and few feeds have SQL
    from sqlglot import exp

    text = file.read_text(encoding="utf-8").strip().rstrip(";")
    try:
        statements = sqlglot.parse(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        first = (getattr(error, "errors", None) or [{}])[0]
        place = f"line {first['line']}, near '{first['highlight']}'" if first.get("line") else "the text"
        errors.append(ContractError(where, "not readable as SQL", found=place, expected="one SELECT from source"))
        return Select(text, (), ())
    query = statements[0] if len(statements) == 1 else None
    if not isinstance(query, exp.Query):
        found = f"{len(statements)} statements" if len(statements) != 1 else "something else"
        errors.append(ContractError(where, "not a single SELECT", found=found, expected="one SELECT from source"))
        return Select(text, (), ())
    _check_tables(query, where, errors)
    returns = [] if query.is_star else [c.alias_or_name for c in query.selects]
    reads = sorted({c.name for c in query.find_all(exp.Column)} - {"*", LINE})
    return Select(text, tuple(reads), tuple(returns))


def _check_tables(query: object, where: str, errors: list[ContractError]) -> None:
    from sqlglot import exp

    assert isinstance(query, exp.Query)
    named = {c.alias for c in query.find_all(exp.CTE)}
    tables = [t for t in query.find_all(exp.Table) if t.name not in named or t.db]
    # A table function such as read_csv() would open files beside the archived delivery; its table has no name.
    others = sorted({t.sql("duckdb") for t in tables if t.name != SOURCE or t.db})
    if others or not tables:
        found = ", ".join(others) or "no table"
        remedy = "Name the delivered file `source`; other tables are joined in models"
        errors.append(ContractError(where, "the SELECT may read only `source`", found=found, remedy=remedy))


def check_reader(file: Path, where: str, errors: list[ContractError]) -> None:
    """Notes in `errors` whether the file is Python and defines `read`; the file is not run."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        errors.append(ContractError(where, "not readable as Python", found=f"line {error.lineno}: {error.msg}"))
        return
    if not any(isinstance(n, ast.FunctionDef) and n.name == "read" for n in tree.body):
        expected = "def read(path) -> Iterator[dict[str, str | None]]"
        errors.append(ContractError(where, "the reader defines no function `read`", expected=expected))
