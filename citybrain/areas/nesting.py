"""Areas named by nesting columns: one row says city, county and town; the tree grows where a name is new."""

from __future__ import annotations

import hashlib

from citybrain.areas.names import fold
from citybrain.areas.node import Node
from citybrain.areas.register import Register
from citybrain.areas.rows import AreaRow, SourceTable
from citybrain.project import AreaSource


def add_nested(register: Register, source: AreaSource, table: SourceTable) -> list[str]:
    """Adds the areas of the nesting columns to the register and returns findings.

    A name that is known below the area before it (also by alias or stem: 宁波 for 宁波市) is that area. A new one
    becomes an area if it has one of the stated endings, or if none are stated. A row ends at its first name that is
    neither. Codes: the stated code column for the last name of a row; else the parent's code and a hash of the name,
    which stays the same whatever else the file holds.
    """
    table.require(source.code, *source.nesting)
    register.link(strict=False)
    levels = source.nesting_levels or tuple(register.levels)
    refused: dict[str, None] = {}
    paths = dict.fromkeys(
        (tuple(record.get(column, "") for column in source.nesting), record.get(source.code, ""))
        for record in table.records
    )
    for names, code in paths:
        node = register.root()
        last = max((i for i, name in enumerate(names) if name), default=-1)
        for position, (level, stated) in enumerate(zip(levels, names, strict=True)):
            if not stated:
                continue
            name = without_prefixes(source.replace.get(stated, stated), names[:position])
            found = register.find_named(name, node, level)
            if found is None and source.endings and not name.endswith(source.endings):
                refused[name] = None
                break
            if found is None:
                made = code if position == last and code else made_code(node, name)
                found = register.add(AreaRow(table.label, made, name, level, parent=node.code if node else ""))
            if name != stated and stated in source.replace:
                register.add_alias(found, stated)
            node = found
    if not refused:
        return []
    listed = "、".join(refused)
    return [f"{table.label}: {len(refused)} names are not taken as areas, since they do not end like one: {listed}."]


def without_prefixes(name: str, wider: tuple[str, ...]) -> str:
    """周巷镇 for 慈溪市周巷镇 below 慈溪市."""
    for prefix in filter(None, wider):
        if name.startswith(prefix) and len(name) > len(prefix) + 1:
            name = name[len(prefix) :]
    return name


def made_code(parent: Node | None, name: str) -> str:
    """A code for an area that has none: the parent's and six hexadecimal digits of the name's hash."""
    digest = hashlib.sha256(fold(name).encode()).hexdigest()[:6]
    return f"{parent.code}-{digest}" if parent else digest
