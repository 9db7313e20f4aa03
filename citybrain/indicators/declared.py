"""Reading one file of the dictionary: the indicator as it is defined now, and its former versions."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from citybrain.errors import ContractError
from citybrain.indicators.indicator import Absent, Better, Carry, Indicator, Kind, Thresholds, Version, Words
from citybrain.indicators.measured import MEASURE, read_measure
from citybrain.indicators.section import Section

DESCRIPTION = (
    "title",
    "definition",
    "kind",
    "unit",
    "theme",
    "owner",
    "order",
    "better",
    "decimals",
    "minimum_cell",
    "listed",
    "legal_basis",
    "thresholds",
    "target",
    "version",
    "former",
)
BODY = {
    Kind.FLOW: ("measure",),
    Kind.STOCK: ("measure",),
    Kind.DISTINCT: ("measure",),
    Kind.DURATION: ("measure",),
    Kind.CUMULATIVE: ("of",),
    Kind.RATIO: ("numerator", "denominator", "scale"),
}
FORMER = ("number", "valid_from", "changed", "definition", "legal_basis")
"""What a former version says besides what it counts. Unit, kind, scale and the like are those of the indicator: other ones
would make it another number, not another version."""


def read_indicators(file: Path) -> list[Indicator]:
    """The versions of the indicator of a file, oldest first, the present one last; all but references is checked.

    Raises ContractError.
    """
    where = file_name(file)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", file.stem):
        raise ContractError(
            where, "the file name is the id", found=file.stem, expected="a-z, 0-9 and _, a letter first"
        )
    if re.search(r"__v\d+$", file.stem):
        raise ContractError(
            where, "so the former versions of other files are called", found=file.stem, remedy="Choose another name"
        )
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(where, "this is not TOML", found=str(error), remedy="Correct the file") from error
    every_key = {*DESCRIPTION, *(k for keys in BODY.values() for k in keys)}
    kind = Section(where, values, every_key).choice("kind", Kind)
    section = Section(f"{where} ({kind})", values, (*DESCRIPTION, *BODY[kind]))
    now = _read_present(file, section, kind)
    return [*_read_former(section, now), now]


def file_name(file: Path) -> str:
    """How messages call a file."""
    return f"{file.parent.name}/{file.name}"


def _read_present(file: Path, section: Section, kind: Kind) -> Indicator:
    return Indicator(
        id=file.stem,
        file=file,
        kind=kind,
        title=section.words("title"),
        definition=section.words("definition"),
        unit=section.words("unit"),
        theme=section.text("theme"),
        owner=section.text("owner"),
        order=section.whole("order", 1000),
        is_listed=section.truth("listed", True),
        better=section.choice("better", Better, Better.NEUTRAL),
        decimals=section.whole("decimals", 0),
        minimum_cell=section.whole("minimum_cell", 0),
        legal_basis=section.text("legal_basis", ""),
        thresholds=_read_thresholds(section),
        target=section.number("target"),
        version=_read_version(section),
        scale=section.positive("scale", 1.0) if kind is Kind.RATIO else 1.0,
        **_read_counted(section, kind),
    )


def _read_counted(section: Section, kind: Kind) -> dict[str, Any]:
    """What is counted: the fields of an `Indicator` that a former version states for itself."""
    if kind in MEASURE:
        measure, carry, absent = read_measure(section.section("measure", MEASURE[kind]), kind)
        return {"measure": measure, "carry": carry, "absent": absent}
    if kind is Kind.CUMULATIVE:
        return {"of": section.text("of"), "carry": Carry.FORWARD, "absent": Absent.NO_DATA}
    return {"numerator": section.text("numerator"), "denominator": section.text("denominator")}


def _read_thresholds(section: Section) -> Thresholds | None:
    if "thresholds" not in section:
        return None
    stated = section.section("thresholds", ("warn", "alarm"))
    return Thresholds(stated.positive("warn"), stated.positive("alarm"))


def _read_version(section: Section) -> Version:
    if "version" not in section:
        return Version()
    stated = section.section("version", ("number", "valid_from", "changed"))
    return Version(stated.whole("number"), stated.date("valid_from"), stated.words("changed"))


def _read_former(section: Section, now: Indicator) -> list[Indicator]:
    """Each states the whole of what it counts: so a change of the present definition cannot change the past."""
    stated = section.sections("former", (*FORMER, *(k for k in BODY[now.kind] if k != "scale")))
    if stated and "version" not in section:
        raise ContractError(
            section.where,
            "former versions want a present one",
            remedy="State [version] with number, valid_from and changed",
        )
    former = [_read_one(part, now, is_first=n == 0) for n, part in enumerate(stated)]
    for part, (before, after) in zip(stated, pairwise([*former, now]), strict=True):
        _check_order(part.where, before.version, after.version)
    return former


def _read_one(stated: Section, now: Indicator, *, is_first: bool) -> Indicator:
    """One former version; the first one may hold from the beginning, and changed nothing that is known."""
    number = stated.whole("number")
    begins = stated.date("valid_from") if not is_first or "valid_from" in stated else None
    changed: Words | None = stated.words("changed") if not is_first or "changed" in stated else None
    return replace(
        now,
        id=f"{now.id}__v{number}",
        version_of=now.id,
        is_listed=False,
        definition=stated.words("definition"),
        legal_basis=stated.text("legal_basis", ""),
        version=Version(number, begins, changed),
        **_read_counted(stated, now.kind),
    )


def _check_order(where: str, before: Version, after: Version) -> None:
    if after.number != before.number + 1:
        raise ContractError(
            where,
            "the versions do not follow one another",
            found=f"{before.number}, then {after.number}",
            expected=f"{before.number}, then {before.number + 1}",
            remedy="List them from the oldest to the newest, and leave none out between",
        )
    if before.valid_from and after.valid_from and before.valid_from >= after.valid_from:
        raise ContractError(
            where,
            f"version {after.number} begins before the one that it follows",
            found=f"{before.valid_from}, then {after.valid_from}",
            expected="valid_from in the order of the versions",
        )
