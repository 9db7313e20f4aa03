"""Writing SQL safely: identifiers through `quote`, text through `literal`."""

from __future__ import annotations

from collections.abc import Iterable


def quote(identifier: str) -> str:
    """The identifier in double quotes, inner quotes doubled."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: object) -> str:
    """The text as an SQL string literal, inner quotes doubled."""
    return "'" + str(text).replace("'", "''") + "'"


def literals(texts: Iterable[object]) -> str:
    """`('a', 'b')` of an iterable of texts, for IN lists."""
    return "(" + ", ".join(literal(t) for t in texts) + ")"
