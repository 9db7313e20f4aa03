"""How record types and shared tables are declared: plain classes whose attributes are columns."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar


class Sensitivity(StrEnum):
    """How closely a column is kept."""

    OPEN = "open"
    PERSONAL = "personal"
    """About a person, but not naming one; served masked or aggregated."""
    DIRECT = "direct"
    """Names a person (name, ID number, phone, address): never in a served snapshot."""


@dataclass(frozen=True)
class Column:
    """One column of a record type: what it means, in words and as a semantic type."""

    semantic: str
    """Name of a semantic type in `citybrain.semantics`."""
    doc: str
    required: bool = False
    sensitivity: Sensitivity = Sensitivity.OPEN
    unit: str = ""
    pseudonym: str = ""
    """For a direct identifier: the column of the keyed pseudonym that stands for it in models."""
    written_of: str = ""
    """The column that is judged: this one keeps its text as written, from the same header."""
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For a code list: canonical code and the source words that mean it."""


@dataclass(frozen=True)
class TableColumn:
    """One column of a shared table or mart, with its DuckDB type."""

    sql_type: str
    doc: str
    unit: str = ""


class Declared:
    """Base of declared tables; subclasses carry columns as class attributes in order."""

    name: ClassVar[str]
    """The word used in contracts, such as `screening`."""
    table: ClassVar[str]
    """The relation name, such as `screenings`."""
    key: ClassVar[tuple[str, ...]] = ()
    """Columns that identify one row."""

    @classmethod
    def columns(cls) -> dict[str, Any]:
        """Declared columns by name, in order."""
        return {n: c for n, c in vars(cls).items() if isinstance(c, Column | TableColumn)}

    @classmethod
    def meaning(cls) -> str:
        """The docstring: what a row means and does not mean."""
        return inspect.cleandoc(cls.__doc__ or "")


class RecordType(Declared):
    """The row shape that a feed delivers."""

    date: ClassVar[str] = ""
    """The column that says when the row happened, if it has one."""


class SharedTable(Declared):
    """A table of the shared schema or a mart, made by one model."""
