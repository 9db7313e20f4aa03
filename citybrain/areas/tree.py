"""The area tree: what `load_areas` returns and everything below the contracts works with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from citybrain.areas.codes import code_key, spellings
from citybrain.areas.names import forms_of
from citybrain.areas.succession import area_changes

AREA_COLUMNS: dict[str, Any] = {
    "area_code": pl.String,
    "area_name": pl.String,
    "level": pl.String,
    "depth": pl.Int32,
    "parent_code": pl.String,
    "area_km2": pl.Float64,
    "has_boundary": pl.Boolean,
    "sort_order": pl.Int32,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "successor_code": pl.String,
}
"""The columns of `shared.areas`."""
TREE_COLUMNS: dict[str, Any] = {
    **AREA_COLUMNS,
    "aliases": pl.List(pl.String),
    "is_current": pl.Boolean,
}
ANCESTOR_COLUMNS = {"area_code": pl.String, "ancestor_code": pl.String, "ancestor_depth": pl.Int32}
BOUNDARY_COLUMNS = {
    "area_code": pl.String,
    "level": pl.String,
    "geojson": pl.String,
    "label_lon": pl.Float64,
    "label_lat": pl.Float64,
}
FORM_COLUMNS = {
    "area_code": pl.String,
    "parent_code": pl.String,
    "depth": pl.Int32,
    "form": pl.String,
    "rank": pl.Int32,
    "is_strong": pl.Boolean,
}
FORMER_RANK = 3
"""Added to the rank of areas that are no more: a name means them only where no current area bears it."""
OVERLAY_COLUMNS = {"name": pl.String, "area_code": pl.String, "geojson": pl.String}


@dataclass(frozen=True)
class AreaTree:
    """The areas of a project, as polars frames with the columns of the shared tables of the same name."""

    areas: pl.DataFrame
    """One row an area, in tree order: the columns of `shared.areas`, aliases and is_current.

    `depth` is the position of the level below the root's level (root 0), so that a tree with missing levels
    (city -> town, no county) has all its towns at one depth. `area_km2` is the official surface, else the surface of
    the polygon, else the sum of the parts. An area is valid from `valid_from` to the day before `valid_to` (null: since
    ever, for ever); `is_current`: no end of validity is stated. `successor_code`: what goes on in its place, if that is one.
    """
    ancestors: pl.DataFrame
    """One row for each area and each of its ancestors, itself among them."""
    boundaries: pl.DataFrame
    """One row for each area that has a polygon; geometry simplified, EPSG:4326, exterior rings clockwise."""
    overlays: pl.DataFrame
    """One row for each polygon that is not an area; `area_code` is empty where it belongs to none."""
    findings: tuple[str, ...]
    """Sentences on what the sources lack or had to be assumed."""
    fingerprint: str
    """Changes when a source, its declaration or the loader changes."""
    levels: tuple[str, ...]
    """Level codes of the project, top to bottom."""

    @property
    def root(self) -> str:
        """Code of the root."""
        return str(self.areas["area_code"][0])

    def depth_of(self, level: str) -> int:
        """Depth of a level code in this tree. Raises KeyError for an unknown one."""
        if level not in self.levels:
            raise KeyError(level)
        return self.levels.index(level) - self.levels.index(str(self.areas["level"][0]))

    def shared_areas(self) -> pl.DataFrame:
        """Exactly the columns of `shared.areas`."""
        return self.areas.select(list(AREA_COLUMNS))

    @cached_property
    def changes(self) -> pl.DataFrame:
        """What codes mean on which days, where that is not what they name: the columns of `shared.area_changes`."""
        return area_changes(self.areas)

    @cached_property
    def code_spellings(self) -> pl.DataFrame:
        """One row for each way in which a department may write a code of the tree: text."""
        keys = {str(code): code_key(str(code)) for code in self.areas["area_code"]}
        written = {text for code, key in keys.items() for text in (code, *spellings(key))}
        return pl.DataFrame({"text": sorted(written)}, schema={"text": pl.String})

    @cached_property
    def forms(self) -> pl.DataFrame:
        """One row for each area and form of its name: area_code, parent_code, depth, form, rank, is_strong."""
        columns = ("area_code", "parent_code", "depth", "area_name", "aliases", "is_current")
        rows = [
            (code, parent, depth, form.text, form.rank + (0 if is_current else FORMER_RANK), form.is_strong)
            for code, parent, depth, name, aliases, is_current in self.areas.select(columns).iter_rows()
            for form in forms_of(name, tuple(aliases))
        ]
        return pl.DataFrame(rows, schema=FORM_COLUMNS, orient="row")
