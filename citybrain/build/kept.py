"""Checked declarations in a file: frozen dataclasses as JSON, and back by the types of their fields."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from citybrain.schema.records import RECORD_TYPES

Kept = TypeVar("Kept")
MICROSECOND = dt.timedelta(microseconds=1)


def keep(value: object, file: Path, fingerprint: str) -> None:
    """Writes a dataclass beside and moves it into place; `fingerprint` is that of what it was made of."""
    told = json.dumps(to_json(value), ensure_ascii=False).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_suffix(".part")
    scratch.write_bytes(_seal(fingerprint, told) + b"\n" + told)
    scratch.replace(file)


def read_kept(file: Path, fingerprint: str, kind: type[Kept]) -> Kept | None:
    """What was kept; None if there is nothing, it was made of something else, or the file is not as it was written."""
    try:
        seal, _, told = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    if seal != _seal(fingerprint, told):
        return None
    kept: Kept = reader_of(kind)(json.loads(told))
    return kept


def _seal(fingerprint: str, told: bytes) -> bytes:
    return f"{fingerprint} {hashlib.sha256(told).hexdigest()}".encode()


def to_json(value: Any) -> Any:
    """The value as JSON types. Raises TypeError for one that `reader_of` could not read back."""
    if isinstance(value, type):
        return next(name for name, record in RECORD_TYPES.items() if record is value)
    if is_dataclass(value):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {name: to_json(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [to_json(inner) for inner in value]
    return sorted(value) if isinstance(value, frozenset) else _single(value)


def _single(value: object) -> str | int | float | None:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, dt.timedelta):
        return value // MICROSECOND
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} cannot be kept")


def reader_of(kind: Any) -> Callable[[Any], Any]:
    """The function that makes a value of this type of what `to_json` made of it. Raises TypeError for other types."""
    if get_origin(kind) is not None:
        return _reader_of_many(get_origin(kind), get_args(kind))
    if is_dataclass(kind):
        return _reader_of_fields(kind)
    if kind in (str, int, float, bool):
        return _as_it_is
    if kind is dt.timedelta:
        return lambda told: told * MICROSECOND
    if kind in (dt.date, dt.time):
        made: Callable[[Any], Any] = kind.fromisoformat
        return made
    if isinstance(kind, type) and issubclass(kind, Enum | Path):
        return kind
    raise TypeError(f"{kind} cannot be kept")


def _as_it_is(told: Any) -> Any:
    return told


def _reader_of_fields(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = [(f.name, reader_of(hints[f.name])) for f in fields(kind)]
    return lambda told: kind(**{name: read(told[name]) for name, read in readers})


def _reader_of_many(origin: Any, inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    """Of `tuple[X, ...]`, `frozenset[X]`, `dict[str, X]`, `X | None`, or of a record type, which stands for itself."""
    if origin is type:
        return RECORD_TYPES.__getitem__
    if origin is UnionType and len(inner) == 2 and NoneType in inner:
        read = reader_of(inner[inner[0] is NoneType])
        return lambda told: None if told is None else read(told)
    if origin is dict and inner[0] is str:
        read = reader_of(inner[1])
        return lambda told: {name: read(part) for name, part in told.items()}
    if origin is frozenset or (origin is tuple and inner[1:] == (...,)):
        read = reader_of(inner[0])
        return origin if read is _as_it_is else lambda told: origin(map(read, told))
    raise TypeError(f"{origin} of {inner} cannot be kept")
