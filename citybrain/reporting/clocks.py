"""Which hand-overs of a case are timed, and by which law: one TOML file each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from citybrain.errors import ContractError, nearest
from citybrain.indicators import STANDARD_DICTIONARY
from citybrain.indicators.indicator import Words
from citybrain.indicators.section import Section
from citybrain.schema.shared.joined import CaseWays

STANDARD_CLOCKS = STANDARD_DICTIONARY / "delays"
"""The folder of the clocks that every city has; a city adds its own in `dictionary/delays/`."""
STAGES = (
    ("onset_on",), ("visited_on",), ("confirmed_on", "confirmed_at"), ("reported_on", "reported_at"), ("pushed_at",),
    ("received_at",), ("contacted_at",), ("feedback_at",),
)  # fmt: skip
"""Columns of `shared.case_ways` by stage, in the order in which a case passes them."""
KEYS = ("title", "from", "to", "order", "within_hours", "legal_basis", "handover")


@dataclass(frozen=True)
class Clock:
    """The time from one stage to a later one."""

    id: str
    title: Words
    start: str
    end: str
    within_hours: float | None = None
    legal_basis: str = ""
    """Law that sets the time; empty where it is the county's own."""
    handover: bool = True
    """Whether an authority's work is timed, and not the patient's."""
    order: int = 1000

    @property
    def in_days(self) -> bool:
        """Whether only days are known."""
        return self.start.endswith("_on")

    @property
    def later(self) -> tuple[str, ...]:
        """Columns of the stages after the end: where one is filled, the end happened, and nobody wrote it down.

        None for the stages before the report: suspected cases go on their way without a visit or a confirmation.
        """
        place = _place(self.end)
        return tuple(c for columns in STAGES[place + 1 :] for c in columns) if place >= _place("reported_at") else ()


def load_clocks(folders: Iterable[Path]) -> list[Clock]:
    """Every clock of the folders in their order; a later folder overrules an earlier one by the name of the file.

    Raises:
        ContractError: a file is no TOML, has unknown keys, or names stages that cannot be compared.
    """
    files = {f.stem: f for folder in folders for f in sorted(Path(folder).glob("*.toml"))}
    return sorted((read_clock(f) for f in files.values()), key=lambda c: (c.order, c.id))


def read_clock(file: Path) -> Clock:
    """One clock from its file. Raises ContractError."""
    where = f"{file.parent.name}/{file.name}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", file.stem):
        raise ContractError(
            where, "the file name is the id", found=file.stem, expected="a-z, 0-9 and _, a letter first"
        )
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(where, "this is not TOML", found=str(error), remedy="Correct the file") from error
    section = Section(where, values, KEYS)
    start, end = _read_stage(section, "from"), _read_stage(section, "to")
    if _place(start) >= _place(end):
        raise ContractError(where, "a clock runs from a stage to a later one", found=f"{start} to {end}")
    types = {CaseWays.columns()[c].sql_type for c in (start, end)}
    if len(types) > 1:
        raise ContractError(
            where, "a clock runs from day to day or from instant to instant", found=f"{start} to {end}",
            remedy="Name two stages that end in _on, or two that end in _at",
        )  # fmt: skip
    return Clock(
        file.stem, section.words("title"), start, end,
        section.positive("within_hours") if "within_hours" in section else None,
        section.text("legal_basis", ""), section.truth("handover", True), section.whole("order", 1000),
    )  # fmt: skip


def _read_stage(section: Section, key: str) -> str:
    name, known = section.text(key), [c for columns in STAGES for c in columns]
    if name not in known:
        raise ContractError(
            section.where, f"`{key}` is no stage of a case", found=name, expected=", ".join(known),
            remedy=f"Correct the name.{nearest(name, known)}",
        )  # fmt: skip
    return name


def _place(column: str) -> int:
    return next(n for n, columns in enumerate(STAGES) if column in columns)
