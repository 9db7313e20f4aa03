"""From the linked register to the frames of the tree."""

from __future__ import annotations

from typing import Any

import polars as pl

from citybrain.areas.codes import code_key
from citybrain.areas.node import Node
from citybrain.areas.register import Register
from citybrain.areas.rows import OverlayRow
from citybrain.areas.tree import ANCESTOR_COLUMNS, BOUNDARY_COLUMNS, OVERLAY_COLUMNS, TREE_COLUMNS, AreaTree
from citybrain.errors import ContractError

LISTED = 50
"""Names listed in one finding."""


def assemble_tree(
    register: Register, overlays: list[OverlayRow], findings: list[str], fingerprint: str, levels: tuple[str, ...]
) -> AreaTree:
    """The tree of a linked register; geometry libraries are loaded only if there are polygons."""
    nodes = in_tree_order(register)
    shapes = {node.code: merged(node.geometries) for node in nodes if node.geometries}
    boundaries = boundary_frame(nodes, shapes)
    surfaces = measured_surfaces(nodes, shapes)
    overlay_table, overlay_findings = overlay_frame(register, overlays)
    return AreaTree(
        areas=area_frame(nodes, surfaces, set(shapes)),
        ancestors=ancestor_frame(nodes),
        boundaries=boundaries,
        overlays=overlay_table,
        findings=(
            *findings,
            *overlay_findings,
            *endings_without_successor(nodes),
            *missing_boundaries(nodes, set(shapes), levels),
        ),
        fingerprint=fingerprint,
        levels=levels,
    )


def in_tree_order(register: Register) -> list[Node]:
    """The nodes, each before its children, siblings in the order of the sources."""
    children: dict[str, list[Node]] = {}
    roots = []
    for node in register.nodes.values():
        if node.parent is None:
            roots.append(node)
        else:
            children.setdefault(node.parent.code, []).append(node)
    ordered: list[Node] = []
    waiting = roots[::-1]
    while waiting:
        node = waiting.pop()
        ordered.append(node)
        waiting.extend(reversed(children.get(node.code, [])))
    return ordered


def area_frame(nodes: list[Node], surfaces: dict[str, float], drawn: set[str]) -> pl.DataFrame:
    """One row an area."""
    top = nodes[0].depth
    rows = [
        (
            node.code,
            node.name,
            node.level,
            node.depth - top,
            node.parent.code if node.parent else None,
            surfaces.get(node.code),
            node.code in drawn,
            position,
            node.valid_from,
            node.valid_to,
            node.successor.code if node.successor else None,
            list(node.aliases),
            node.valid_to is None,
        )
        for position, node in enumerate(nodes)
    ]
    return pl.DataFrame(rows, schema=TREE_COLUMNS, orient="row")


def ancestor_frame(nodes: list[Node]) -> pl.DataFrame:
    """One row for each area and ancestor."""
    top = nodes[0].depth
    rows = []
    for node in nodes:
        ancestor: Node | None = node
        while ancestor is not None:
            rows.append((node.code, ancestor.code, ancestor.depth - top))
            ancestor = ancestor.parent
    return pl.DataFrame(rows, schema=ANCESTOR_COLUMNS, orient="row")


def merged(geometries: list[Any]) -> Any:
    """One polygon of the parts a source gives under one code."""
    if len(geometries) == 1:
        return geometries[0]
    import shapely

    return shapely.union_all(geometries)


def boundary_frame(nodes: list[Node], shapes: dict[str, Any]) -> pl.DataFrame:
    """One row for each area with a polygon."""
    if not shapes:
        return pl.DataFrame(schema=BOUNDARY_COLUMNS)
    rows: list[tuple[str, str, str, float, float]] = []
    for level in dict.fromkeys(node.level for node in nodes):
        drawn = [node for node in nodes if node.level == level and node.code in shapes]
        # Neighbours are simplified together; what is no more lies over what is in its place, and is no neighbour of it.
        for codes in ([n.code for n in drawn if n.valid_to is None], [n.code for n in drawn if n.valid_to is not None]):
            rows += simplified(level, codes, shapes) if codes else []
    return pl.DataFrame(rows, schema=BOUNDARY_COLUMNS, orient="row")


def simplified(level: str, codes: list[str], shapes: dict[str, Any]) -> list[tuple[str, str, str, float, float]]:
    """Rows of the boundaries of neighbouring areas."""
    from citybrain.areas.boundaries import geojson_texts, label_points, simplify_level

    texts = geojson_texts(simplify_level([shapes[code] for code in codes]))
    labels = label_points([shapes[code] for code in codes])
    return [(code, level, text, lon, lat) for code, text, (lon, lat) in zip(codes, texts, labels, strict=True)]


def measured_surfaces(nodes: list[Node], shapes: dict[str, Any]) -> dict[str, float]:
    """km² of each area: as stated, else of its polygon, else the sum of its parts."""
    surfaces: dict[str, float] = {}
    if shapes:
        from citybrain.areas.boundaries import surfaces_km2

        surfaces = dict(zip(shapes, surfaces_km2(list(shapes.values())), strict=True))
    surfaces |= {node.code: node.area_km2 for node in nodes if node.area_km2}
    sums: dict[str, float] = {}
    for node in reversed(nodes):
        known = surfaces.get(node.code) or sums.get(node.code)
        if known:
            surfaces[node.code] = round(known, 4)
            # What is no more has no part in the surface of what still is.
            if node.parent is not None and (node.valid_to is None or node.parent.valid_to is not None):
                sums[node.parent.code] = sums.get(node.parent.code, 0.0) + known
    return surfaces


def overlay_frame(register: Register, overlays: list[OverlayRow]) -> tuple[pl.DataFrame, list[str]]:
    """One row an overlay, with the area it belongs to where its code or name is known."""
    if not overlays:
        return pl.DataFrame(schema=OVERLAY_COLUMNS), []
    from citybrain.areas.boundaries import geojson_texts, simplify_level

    drawn = [overlay for overlay in overlays if overlay.geometry is not None]
    codes = [overlay_area(register, overlay) for overlay in drawn]
    texts = geojson_texts([simplify_level([overlay.geometry])[0] for overlay in drawn])
    rows = [(overlay.name, code, text) for overlay, code, text in zip(drawn, codes, texts, strict=True)]
    named = "、".join(f"{name} ({code or 'no code'})" for name, code, _ in rows[:LISTED])
    finding = f"{drawn[0].label}: {len(rows)} polygons are drawn over the map and are not areas of the tree: {named}."
    return pl.DataFrame(rows, schema=OVERLAY_COLUMNS, orient="row"), [finding]


def overlay_area(register: Register, overlay: OverlayRow) -> str | None:
    """Code of the area an overlay belongs to, by its code or its name; None where neither is known or sure."""
    node = register.nodes.get(code_key(overlay.code)) if overlay.code else None
    if node is None:
        try:
            node = register.find_named(overlay.name, None, "")
        except ContractError:
            return None
    return node.code if node else None


def endings_without_successor(nodes: list[Node]) -> list[str]:
    """A sentence on each area that ended and of which nobody can say what it became."""
    found = []
    for node in nodes:
        ended_with_parent = node.parent is not None and node.parent.valid_to == node.valid_to and not node.successors
        if node.valid_to is None or node.successor is not None or ended_with_parent:
            continue
        parts = f"It was split ({', '.join(node.successors)}), so" if node.successors else "It has no successor, so"
        above = f"in {node.parent.name}" if node.parent else "in the whole"
        found.append(
            f"{node.level} {node.name} ({node.code}) ended on {node.valid_to}. {parts} what still names it after that"
            f" counts {above} and in no area beside it."
        )
    return found if len(found) <= LISTED else [*found[:LISTED], f"{len(found) - LISTED} more areas ended so."]


def missing_boundaries(nodes: list[Node], drawn: set[str], levels: tuple[str, ...]) -> list[str]:
    """A sentence for each level whose areas lack polygons."""
    if not drawn:
        return ["No area has a boundary; maps stay empty until an area source in city.toml has polygons."]
    found = []
    for level in levels:
        current = [node for node in nodes if node.level == level and node.valid_to is None]
        missing = [node.name for node in current if node.code not in drawn]
        if not missing:
            continue
        if len(missing) == len(current) and len(missing) > 1:
            found.append(f"{level}: none of {len(current)} areas has a boundary.")
        else:
            more = f" and {len(missing) - LISTED} more" if len(missing) > LISTED else ""
            listed = "、".join(missing[:LISTED])
            found.append(f"{level}: {len(missing)} of {len(current)} areas have no boundary: {listed}{more}.")
    return found
