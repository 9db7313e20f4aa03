"""The register in which area sources meet: who is new, who is known, whose parent is whose."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from citybrain.areas.codes import code_key
from citybrain.areas.moving import former_code, move_along, refuse_endless_succession, refuse_succession
from citybrain.areas.names import fold, forms_of
from citybrain.areas.node import Node
from citybrain.areas.rows import BY_PREFIX, BY_ROOT, AreaRow
from citybrain.errors import ContractError


class Register:
    """Every area stated so far, by the key of its code, in the order of the sources."""

    def __init__(self, levels: tuple[str, ...]) -> None:
        self.levels = {level: depth for depth, level in enumerate(levels)}
        self.nodes: dict[str, Node] = {}
        self._named: dict[str, dict[str, list[tuple[int, Node]]]] = {level: {} for level in levels}

    def add_source(self, rows: list[AreaRow]) -> list[AreaRow]:
        """Adds the rows of one source and returns those without a code whose name is not known either.

        Raises:
            ContractError: the source gives one code to two areas, or a name without a code means several.
        """
        by_key: dict[str, list[AreaRow]] = {}
        unknown = []
        for row in rows:
            if row.code:
                by_key.setdefault(code_key(row.code), []).append(row)
            elif (node := self.find_named(row.name, None, row.level)) is not None:
                self.enrich(node, row)
            else:
                unknown.append(row)
        for same in by_key.values():
            for row in one_area(same) if len(same) > 1 else same:
                self.add(row)
        return unknown

    def add(self, row: AreaRow) -> Node:
        """The area with the code of the row: a new one, or the known one with what it lacked."""
        key = code_key(row.code)
        node = self.nodes.get(key)
        if node is None:
            name = row.name or row.code
            node = Node(row.label, row.code, name, row.level, self.levels[row.level], row.parent)
            if row.parent not in (BY_PREFIX, BY_ROOT):
                node.parent = self.nodes.get(code_key(row.parent))
            self.nodes[key] = node
            self._index(node)
        self.enrich(node, row)
        return node

    def enrich(self, node: Node, row: AreaRow) -> None:
        """Adds to a known area what it lacks: names, validity, surface, polygon."""
        for alias in (row.name, *row.aliases):
            self.add_alias(node, alias)
        if node.valid_from is None and node.valid_to is None:
            node.valid_from, node.valid_to = row.valid_from, row.valid_to
        node.successors = node.successors or row.successors
        node.area_km2 = node.area_km2 or row.area_km2
        if row.geometry is not None and node.geometry_label in ("", row.label):
            node.geometries.append(row.geometry)
            node.geometry_label = row.label

    def add_alias(self, node: Node, alias: str) -> None:
        """Remembers another name of an area."""
        if alias and alias != node.name and alias not in node.aliases:
            node.aliases[alias] = None
            self._index(node)

    def find_named(self, name: str, below: Node | None, level: str) -> Node | None:
        """The one area of a level (any level if empty) below an area that bears the name, its best form first.

        Raises:
            ContractError: several do.
        """
        form = fold(name)
        found: list[tuple[int, Node]] = []
        for known in (level,) if level else self.levels:
            found += [(rank, node) for rank, node in self._named[known].get(form, ()) if node.is_below(below)]
        best = min((rank for rank, _ in found), default=None)
        nodes = {node.code: node for rank, node in found if rank == best}
        if len(nodes) > 1:
            raise ContractError(
                next(iter(nodes.values())).label,
                f"The name {name} means several areas: {', '.join(nodes)}",
                remedy="State codes, or give one of them an alias and rename it with replace",
            )
        return next(iter(nodes.values()), None)

    def link(self, *, strict: bool = True) -> None:
        """Finds the parent of every area that is stated by code or prefix.

        Raises:
            ContractError: (strict) a parent is unknown, is not of a wider level, or there is not exactly one root.
        """
        for key, node in self.nodes.items():
            if node.parent_stated == BY_PREFIX:
                node.parent = self._longest_prefix(key, node)
            elif node.parent_stated not in ("", BY_ROOT):
                node.parent = self.nodes.get(code_key(node.parent_stated))
                if node.parent is None and strict:
                    raise ContractError(
                        node.label,
                        f"Area {node.code} names a parent that is not known",
                        found=node.parent_stated,
                        remedy="Add the parent to an area source, or correct its code",
                    )
        root = self.root()
        for node in self.nodes.values():
            if node.parent_stated == BY_ROOT and node is not root:
                node.parent = root
        if strict:
            self._check(root)
            self._follow()

    def root(self) -> Node | None:
        """The single area without a parent that is not put below the root by declaration, or None."""
        roots = [node for node in self.nodes.values() if node.parent is None and node.parent_stated != BY_ROOT]
        return roots[0] if len(roots) == 1 else None

    def _index(self, node: Node) -> None:
        named = self._named[node.level]
        for form in forms_of(node.name, tuple(node.aliases)):
            entries = named.setdefault(form.text, [])
            if all(known is not node for _, known in entries):
                entries.append((form.rank, node))

    def _longest_prefix(self, key: str, node: Node) -> Node | None:
        for length in range(len(key) - 1, 0, -1):
            known = self.nodes.get(key[:length])
            if known is not None and known.depth < node.depth:
                return known
        return None

    def _follow(self) -> None:
        """Finds the successor of every area that names one."""
        for node in self.nodes.values():
            if not node.successors:
                continue
            known = [self.nodes.get(code_key(code)) for code in node.successors]
            refuse_succession(node, known)
            node.successor = known[0] if len(known) == 1 else None
        for node in self.nodes.values():
            refuse_endless_succession(node)
        move_along(self.nodes)

    def _check(self, root: Node | None) -> None:
        for node in self.nodes.values():
            refuse_cycle(node)
            if node.parent is not None and node.parent.depth >= node.depth:
                raise ContractError(
                    node.label,
                    f"Area {node.code} ({node.level}) stands below {node.parent.code} ({node.parent.level})",
                    expected="a parent of a wider level",
                    remedy="Correct the parent, or the order of [[levels]] in city.toml",
                )
        orphans = [node for node in self.nodes.values() if node.parent is None and node is not root]
        if not self.nodes:
            raise ContractError("city.toml", "It declares no areas", remedy="Add an [[areas]] entry")
        if orphans:
            top = min(node.depth for node in orphans)
            orphan = next((node for node in orphans if node.depth > top), orphans[-1])
            raise ContractError(
                orphan.label,
                f"Area {orphan.code} has no known parent: no known code is a prefix of it",
                found=f"{len(orphans)} areas without a parent",
                expected="one, the root of the tree",
                remedy="Declare the root with [[areas]] rows = [{code, name, level}], state the parent column, "
                'or parent = "root"',
            )


def one_area(rows: list[AreaRow]) -> list[AreaRow]:
    """The rows of one source with one code: parts of a polygon, or one area in several periods; the current one first.

    Former names become aliases. A period in which the area stood below another parent becomes an area of its own, whose
    successor is the next period (`379901100201~20200201`): its days stay in the tree where they were.

    Raises:
        ContractError: they are different areas.
    """
    first = rows[0]
    parts = len({row.name for row in rows}) == 1 and all(row.geometry is not None for row in rows)
    periods = sum(row.valid_to is None for row in rows) <= 1
    if not parts and not periods:
        names = ", ".join(dict.fromkeys(row.name for row in rows))
        raise ContractError(
            first.label,
            f"Code {first.code} stands for {len(rows)} areas: {names}",
            remedy="Give each its own code; periods of one area need valid_from and valid_to",
        )
    newest = sorted(rows, key=lambda row: row.valid_to or dt.date.max, reverse=True)
    current = newest[0]
    if parts:
        return newest
    if current.valid_from is None:
        current = replace(current, valid_from=newest[1].valid_to)
    known = [current]
    for row in newest[1:]:
        later = known[-1]
        if (code_key(row.parent), row.level) == (code_key(later.parent), later.level):
            # The same place under another name: the period goes back to the beginning of the former one.
            known[-1] = replace(later, valid_from=row.valid_from, aliases=(*later.aliases, row.name, *row.aliases))
        else:
            ended = row.valid_to
            assert ended is not None, "only the current period has no end, and it stands first"
            known.append(
                replace(row, code=former_code(row.code, ended), valid_to=ended, successors=(later.code,), geometry=None)
            )
    return known


def refuse_cycle(node: Node) -> None:
    """Raises ContractError if the node is an ancestor of itself."""
    slow, fast = node.parent, node.parent.parent if node.parent else None
    while fast is not None and slow is not None:
        if slow is fast:
            raise ContractError(
                node.label, f"The parents of area {node.code} form a cycle", remedy="Correct the parent codes"
            )
        slow, fast = slow.parent, fast.parent.parent if fast.parent else None
