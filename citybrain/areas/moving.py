"""Areas that end: what is stated of their successors must hold, and what lies below them goes along."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from citybrain.areas.codes import code_key
from citybrain.areas.node import Node
from citybrain.errors import ContractError


def former_code(code: str, ended: dt.date) -> str:
    """The code of an area as long as it stood elsewhere in the tree: `370201100201~20200201`; no department writes it."""
    return f"{code}~{ended:%Y%m%d}"


def move_along(nodes: dict[str, Node]) -> None:
    """Puts what lies below an area that ended below its successor, and keeps its past where it was.

    A village whose township was merged is the same village. Its days before the merge stay in the old township: a former
    area (`former_code`), whose successor is the village. Below an area that was split or given up all ends with it.
    """
    for parent in sorted((n for n in nodes.values() if n.valid_to is not None), key=lambda n: (n.valid_to, n.depth)):
        ended = parent.valid_to
        assert ended is not None
        for child in [n for n in nodes.values() if n.parent is parent and (n.valid_to is None or n.valid_to > ended)]:
            if parent.successor is None or parent.successor.depth >= child.depth:
                child.valid_to = ended
            elif child.valid_from is not None and child.valid_from >= ended:
                child.parent = parent.successor
            else:
                leave_former(nodes, child, parent, ended)
                child.parent = parent.successor


def leave_former(nodes: dict[str, Node], node: Node, parent: Node, ended: dt.date) -> None:
    """Adds what an area and all below it were until a day, below its parent of then."""
    former = replace(
        node, code=former_code(node.code, ended), parent=parent, valid_to=ended, successors=(node.code,), successor=node,
        aliases=dict(node.aliases), geometries=list(node.geometries),
    )  # fmt: skip
    below = [n for n in nodes.values() if n.parent is node and (n.valid_from is None or n.valid_from < ended)]
    for child in below:
        if child.valid_to is not None and child.valid_to <= ended:
            child.parent = former
        else:
            leave_former(nodes, child, former, ended)
    node.valid_from = ended
    nodes[code_key(former.code)] = former
    for other in nodes.values():
        if other.successor is node and other is not former and other.valid_to is not None and other.valid_to < ended:
            other.successor = former


def refuse_succession(node: Node, known: list[Node | None]) -> None:
    """Raises ContractError if what goes on in the place of an area is unknown or narrower, or the area does not end."""
    stated = ", ".join(node.successors)
    if node.valid_to is None:
        raise ContractError(
            node.label, f"Area {node.code} names a successor and no end", found=stated,
            remedy="State in valid_to the first day on which the area is no more",
        )  # fmt: skip
    for code, successor in zip(node.successors, known, strict=True):
        if successor is None or successor is node:
            raise ContractError(
                node.label, f"Area {node.code} names a successor that is not another known area", found=code,
                remedy="Add the successor to an area source, or correct its code",
            )  # fmt: skip
        if successor.depth > node.depth:
            raise ContractError(
                node.label, f"Area {node.code} ({node.level}) names a narrower successor", found=f"{code} ({successor.level})",
                expected=f"an area of the level {node.level}",
            )  # fmt: skip


def refuse_endless_succession(node: Node) -> None:
    """Raises ContractError if areas succeed one another in a circle."""
    seen = {node.code}
    while node.successor is not None:
        node = node.successor
        if node.code in seen:
            raise ContractError(
                node.label,
                f"Area {node.code} comes back as its own successor",
                remedy="Correct the successors of the areas",
            )
        seen.add(node.code)
