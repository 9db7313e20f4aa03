"""One `[[areas]]` entry of `city.toml`: where areas, their names and their polygons come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Overlap(StrEnum):
    """What becomes of the features that `where` leaves out."""

    SKIP = "skip"
    """Nothing: they are not read."""
    OVERLAY = "overlay"
    """They are kept as polygons over the map that are not areas of the tree (park zones)."""


@dataclass(frozen=True)
class AreaSource:
    """One source of areas. Sources are read in order; a later one adds what earlier ones lack.

    The level of a row is fixed (`level = "township"`), told by a column (`level_column`, translated by `level_map`),
    by the length of its code (`level = "prefix"`), or by the nesting column it stands in. Its parent is told by a
    column, by code prefix (the default), or by nesting.
    """

    number: int
    """Position in `city.toml`, from 1; names the entry in messages where there is no path."""
    path: Path | None = None
    rows: tuple[Mapping[str, object], ...] = ()
    """Areas written in `city.toml` itself: code, name, level, aliases, parent, area_km2."""
    records: str = ""
    """JSON: dotted path to the list of records (`rows = "data.list"` in `city.toml`)."""
    level: str = ""
    level_column: str = ""
    level_map: Mapping[str, str] = field(default_factory=dict)
    """Value of `level_column` -> level; with `level = "prefix"`: number of significant digits -> level."""
    code: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()
    """Columns with other names of the area (old, short, English)."""
    parent: str = "prefix"
    """Column with the parent's code, or `prefix`."""
    nesting: tuple[str, ...] = ()
    """Columns that name the areas from wide to narrow."""
    nesting_levels: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    """Nesting: a name not known yet becomes an area only if it ends so; others are a finding."""
    replace: Mapping[str, str] = field(default_factory=dict)
    """Dirty name -> clean name; the dirty one stays known as an alias."""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Column -> values of the rows to read as areas."""
    otherwise: Overlap = Overlap.SKIP
    overlay: bool = False
    """Every polygon of the source is an overlay."""
    crs: str = ""
    """Coordinate reference system, where the file does not state it, such as `EPSG:4547`."""
    datum: str = ""
    """wgs84, cgcs2000, gcj02 or bd09."""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    layer: str = ""
    valid_from: str = ""
    """Column with the first day on which the area is valid; empty: since ever."""
    valid_to: str = ""
    """Column with the first day on which it is no more; empty: it is still there."""
    successor: str = ""
    """Column with the code of the area that goes on in its place (merged, renamed); several codes: it was split."""
    area_km2: str = ""
    """Column with the official surface in km²; without it the surface of the polygon counts."""

    @property
    def label(self) -> str:
        """The file name, or the position in `city.toml`, for messages."""
        return self.path.name if self.path else f"city.toml [[areas]] no. {self.number}"
