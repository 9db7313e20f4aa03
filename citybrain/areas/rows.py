"""What the readers of area sources hand on: a table of text, and from it one row for each area."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from citybrain.errors import ContractError, nearest

BY_PREFIX = "prefix"
BY_ROOT = "root"


@dataclass(frozen=True)
class SourceTable:
    """A source as text columns, with a geometry for each row if it is a geo file."""

    label: str
    """The source, for messages."""
    headers: tuple[str, ...]
    records: list[dict[str, str]]
    geometries: list[Any] = field(default_factory=list)
    """shapely geometries in EPSG:4326, WGS84; empty for files without."""
    findings: tuple[str, ...] = ()

    def require(self, *columns: str) -> None:
        """Raises ContractError if a column that `city.toml` names is not in the file; empty names are ignored."""
        for column in filter(None, columns):
            if column not in self.headers:
                raise ContractError(
                    self.label,
                    f"There is no column '{column}'.{nearest(column, self.headers)}",
                    expected=f"one of {', '.join(self.headers[:20])}",
                    remedy="Correct [[areas]] in city.toml",
                )


@dataclass(frozen=True)
class AreaRow:
    """One area as a source states it; empty texts are unknown."""

    label: str
    code: str
    name: str
    level: str
    parent: str = BY_PREFIX
    """`prefix`, `root`, the parent's code, or empty: it has none."""
    aliases: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """The first day on which the area is no more."""
    successors: tuple[str, ...] = ()
    """Codes of what goes on in its place: one where it was merged or renamed, several where it was split."""
    area_km2: float | None = None
    geometry: Any = None


@dataclass(frozen=True)
class OverlayRow:
    """A polygon over the map that is not an area of the tree."""

    label: str
    name: str
    code: str
    geometry: Any
