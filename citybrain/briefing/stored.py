"""A briefing as JSON and back, with the types of its runs."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from citybrain.briefing import content

_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        *(content.Briefing, content.Section, content.Heading, content.Paragraph, content.Table, content.Column),
        *(content.Map, content.MapClass, content.Shape, content.Number, content.When, content.Said),
    )
}
_ENUMS = {"role": content.Role, "sign": content.Sign}


def to_json(part: Any) -> Any:
    """Plain objects; a dataclass is an object with its `kind`, a tuple a list, a day its ISO text."""
    if is_dataclass(part) and not isinstance(part, type):
        return {"kind": type(part).__name__} | {f.name: to_json(getattr(part, f.name)) for f in fields(part)}
    if isinstance(part, tuple):
        return [to_json(inner) for inner in part]
    if isinstance(part, dt.date):
        return part.isoformat()
    return part.value if isinstance(part, StrEnum) else part


def from_json(stored: Any) -> Any:
    """What `to_json` was given. Raises KeyError and TypeError for anything else."""
    if isinstance(stored, list):
        return tuple(from_json(inner) for inner in stored)
    if not isinstance(stored, dict):
        return stored
    values = {name: from_json(value) for name, value in stored.items() if name != "kind"}
    for name, enum in _ENUMS.items():
        if name in values:
            values[name] = enum(values[name])
    if values.get("period_on"):
        values["period_on"] = dt.date.fromisoformat(values["period_on"])
    return _KINDS[stored["kind"]](**values)
