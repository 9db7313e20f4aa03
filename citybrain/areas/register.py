"""The register in which area sources meet: who is new, who is known, whose parent is whose."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from citybrain.areas.codes import code_key
from citybrain.areas.names import fold, forms_of
from citybrain.areas.rows import BY_PREFIX, BY_ROOT, AreaRow
from citybrain.errors import ContractError


@dataclass
class Node:
    """One area while the tree is being put together."""

    label: str
    """Source that stated it first."""
    code: str
    name: str
    level: str
    parent_stated: str
    order: int
    aliases: dict[str, None] = field(default_factory=dict)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    area_km2: float | None = None
    geometries: list[Any] = field(default_factory=list)
    geometry_label: str = ""
    parent: Node | None = None

    def add_alias(self, name: str) -> None:
        """Remembers another name."""
        if name and name != self.name:
            self.aliases[name] = None

    def path(self) -> list[Node]:
        """The node and its ancestors, upwards."""
        node: Node | None = self
        found: list[Node] = []
        while node is not None:
            found.append(node)
            node = node.parent
        return found


class Register:
    """Every area stated so far, by the key of its code."""

    def __init__(self, levels: tuple[str, ...]) -> None:
        self.levels = {level: depth for depth, level in enumerate(levels)}
        self.nodes: dict[str, Node] = {}
        # (parent, level) -> form of a name -> (rank, node); None once two areas share the form at that rank.
        self.named: dict[tuple[int, str], dict[str, tuple[int, Node | None]]] = {}

    def add_source(self, rows: list[AreaRow]) -> None:
        """Adds the rows of one source. Raises ContractError if the source gives one code to two areas."""
        seen: dict[str, AreaRow] = {}
        for row in rows:
            key = code_key(row.code)
            if not key:
                self.enrich(row, self.node_named(row))
                continue
            if key in seen:
                refuse_duplicate(seen[key], row)
            seen[key] = row
            if key in self.nodes:
                self.enrich(row, self.nodes[key])
            else:
                self.add(row)

    def add(self, row: AreaRow) -> Node:
        """A new area, or the known one with that code."""
        key = code_key(row.code)
        if key in self.nodes:
            self.enrich(row, self.nodes[key])
            return self.nodes[key]
        if not row.level:
            raise ContractError(
                row.label, f"Area {row.code} has no level", remedy="State level or level_column in [[areas]]"
            )
        node = Node(row.label, row.code, row.name or row.code, row.level, row.parent, len(self.nodes))
        self.nodes[key] = node
        self.enrich(row, node)
        if row.parent not in (BY_PREFIX, BY_ROOT, ""):
            node.parent = self.nodes.get(code_key(row.parent))
        self.named.clear()
        return node

    def enrich(self, row: AreaRow, node: Node) -> None:
        """Adds to a known area what it lacks."""
        is_current_name = row.valid_to is None or node.valid_to is not None
        if row.name and row.name != node.name:
            if node.valid_to is not None and row.valid_to is None:
                node.add_alias(node.name)
                node.aliases[node.name] = None
                node.name, node.valid_to = row.name, None
                node.valid_from = row.valid_from
            else:
                node.add_alias(row.name)
        for alias in row.aliases:
            node.add_alias(alias)
        if is_current_name:
            node.valid_from = node.valid_from or row.valid_from
            node.valid_to = node.valid_to or row.valid_to
        node.area_km2 = node.area_km2 or row.area_km2
        if row.geometry is not None and node.geometry_label in ("", row.label):
            node.geometries.append(row.geometry)
            node.geometry_label = row.label
