"""The tables that measures may read, and whether their rows add up or overlap."""

from __future__ import annotations

from citybrain.schema.columns import SharedTable, TableColumn
from citybrain.schema.shared import SHARED_TABLES


class Areas(SharedTable):
    """One area of the tree with what is known of the area itself."""

    name = table = "areas"
    key = ("area_code",)
    area_code = TableColumn("VARCHAR", "The area.")
    area_name = TableColumn("VARCHAR", "Its name.")
    level = TableColumn("VARCHAR", "Level of the tree, as the project names it.")
    depth = TableColumn("INTEGER", "Distance from the root.")
    area_km2 = TableColumn("DOUBLE", "Area of the surface.", "km²")


SOURCES: dict[str, type[SharedTable]] = {"shared.areas": Areas} | {f"shared.{n}": t for n, t in SHARED_TABLES.items()}
"""Every table a measure may name in `from`."""

REPORTS: frozenset[str] = frozenset({"shared.areas", "shared.observations"})
"""Tables whose rows are totals stated by an area. An area's own total already holds those of the areas below it,
so both are never added. In all other tables a row is one thing in one place, and all rows add up."""

MIXED: frozenset[str] = frozenset({"shared.state_changes"})
"""Tables that hold several kinds of things, each told by another department and since another day."""
