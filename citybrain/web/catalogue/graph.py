"""The way of the data to one indicator as a drawing: feeds, record types, shared tables, indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from citybrain.query.catalogue import Lineage
from citybrain.schema.records import RECORD_TYPES
from citybrain.web.elements import Markup, element
from citybrain.web.navigation import Visit

_BOX, _ROW, _GAP, _PAD = 210, 34, 74, 12
_WIDE = 1.0
_NARROW = 0.56


@dataclass(frozen=True)
class Node:
    """One box."""

    key: str
    text: str
    href: str
    kind: str
    """feed, record, shared or indicator: its column and its look."""


def draw_lineage(visit: Visit, lineage: Lineage) -> Markup:
    """Boxes in columns from left to right, each a link; a line wherever one is made from the other."""
    _ = visit._
    nodes, edges = _nodes(visit, lineage)
    columns = _layers(nodes, edges)
    height = max(len(c) for c in columns) * (_ROW + 12) + 2 * _PAD
    width = len(columns) * _BOX + (len(columns) - 1) * _GAP + 2 * _PAD
    spots: dict[str, tuple[float, float]] = {}
    for n, column in enumerate(columns):
        free = height / len(column)
        for row, key in enumerate(column):
            spots[key] = (_PAD + n * (_BOX + _GAP), free * (row + 0.5) - _ROW / 2)
    lines = [_line(spots[a], spots[b]) for a, b in sorted(edges)]
    boxes = [_box(nodes[key], *spots[key]) for column in columns for key in column]
    title = _("From feeds to the indicator {name}", name=lineage.indicator.title(_.language))
    return element(
        "svg", element("title", title), lines, boxes, viewBox=f"0 0 {width} {height:.0f}", width=width,
        height=f"{height:.0f}", role="group", aria_label=title, class_="lineage",
    )  # fmt: skip


def _nodes(visit: Visit, lineage: Lineage) -> tuple[dict[str, Node], set[tuple[str, str]]]:
    language, indicator = visit._.language, lineage.indicator
    nodes: dict[str, Node] = {}
    edges: set[tuple[str, str]] = set()

    def add(key: str, text: str, address: str, kind: str) -> str:
        nodes[key] = Node(key, text, visit.link(f"/catalogue/{address}"), kind)
        return key

    last = add(f"indicator {indicator.code}", indicator.title(language), f"indicators/{indicator.code}", "indicator")
    for base, table, _columns in lineage.measured:
        target = last
        if base.code != indicator.code:
            target = add(f"indicator {base.code}", base.title(language), f"indicators/{base.code}", "base")
            edges.add((target, last))
        edges.add((table, target))
    tables = {f"records.{r.table}": r.name for r in RECORD_TYPES.values()}
    for table, below in lineage.tables.items():
        if table in tables:
            add(table, tables[table], f"records/{tables[table]}", "record")
        else:
            add(table, table.removeprefix("shared."), f"tables/{table.removeprefix('shared.')}", "shared")
        edges.update((source, table) for source in below)
    for origin in lineage.origins:
        for feed, _column in origin.feeds:
            key = add(f"feed {feed.feed}", feed.title, f"feeds/{feed.feed}", "feed")
            edges.add((key, f"records.{RECORD_TYPES[origin.record].table}"))
    return nodes, {(a, b) for a, b in edges if a in nodes and b in nodes}


def _layers(nodes: Mapping[str, Node], edges: set[tuple[str, str]]) -> list[list[str]]:
    """Each box one column right of the rightmost one that it is made from; feeds that lead far stay on the left."""
    depth: dict[str, int] = {}

    def place(key: str) -> int:
        if key not in depth:
            depth[key] = max((place(a) + 1 for a, b in edges if b == key), default=0)
        return depth[key]

    for key in nodes:
        place(key)
    columns: list[list[str]] = [[] for _n in range(max(depth.values()) + 1)]
    for key in nodes:
        columns[depth[key]].append(key)
    columns = [c for c in columns if c]
    # Boxes in the order of what they lead from: fewer lines cross.
    rank = {key: n for n, key in enumerate(sorted(columns[0]))}
    columns[0].sort(key=rank.__getitem__)
    for column in columns[1:]:
        column.sort(key=lambda k: _mean([rank[a] for a, b in edges if b == k and a in rank]))
        rank |= {key: n for n, key in enumerate(column)}
    return columns


def _mean(numbers: list[int]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _line(start: tuple[float, float], end: tuple[float, float]) -> Markup:
    x1, y1, x2, y2 = start[0] + _BOX, start[1] + _ROW / 2, end[0], end[1] + _ROW / 2
    bend = (x2 - x1) / 2
    return element("path", d=f"M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}")


def _box(node: Node, x: float, y: float) -> Markup:
    box = element("rect", x=f"{x:.0f}", y=f"{y:.0f}", width=_BOX, height=_ROW, rx=6)
    words = element("text", _shortened(node.text), x=f"{x + _BOX / 2:.0f}", y=f"{y + _ROW / 2 + 5:.0f}")
    return element("a", element("title", node.text), box, words, href=node.href, class_=node.kind)


def _shortened(text: str) -> str:
    """As much of the text as fits into a box: Chinese is about twice as wide as Latin."""
    room, shown = (_BOX - 16) / 14, ""
    for letter in text:
        room -= _WIDE if ord(letter) > 0x2E80 else _NARROW
        if room < 0:
            return shown[:-1] + "…"
        shown += letter
    return shown
