"""What must hold between two numbers of one area and period: one TOML file each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from citybrain.errors import ContractError, nearest
from citybrain.indicators import STANDARD_DICTIONARY
from citybrain.indicators.indicator import Words
from citybrain.indicators.section import Section

STANDARD_VALIDATION = STANDARD_DICTIONARY / "validation"
"""The folder of the rules that every city has; a city adds its own in `dictionary/validation/`."""
RULE_KEYS = ("title", "owner", "level", "period", "order", "left", "operator", "right")


class Operator(StrEnum):
    """How the left side must stand to the right side. The eight of DHIS2."""

    EQUAL = "="
    NOT_EQUAL = "!="
    GREATER = ">"
    AT_LEAST = ">="
    LESS = "<"
    AT_MOST = "<="
    BOTH_OR_NEITHER = "both_or_neither"
    """Who states one states the other."""
    ONE_OR_THE_OTHER = "one_or_the_other"
    """Who states one does not state the other."""

    @property
    def is_of_presence(self) -> bool:
        """Whether it asks who states anything at all, and not how much."""
        return self in (Operator.BOTH_OR_NEITHER, Operator.ONE_OR_THE_OTHER)


class Missing(StrEnum):
    """What a side that says nothing does to the rule where the other side says something."""

    SKIP = "skip"
    """Nothing is judged."""
    ZERO = "zero"
    """It counts as zero."""
    FAIL = "fail"
    """That is a finding in itself."""


class RulePeriod(StrEnum):
    """Length of the periods that are compared."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class ValidationSide:
    """One number."""

    indicator: str
    missing: Missing = Missing.SKIP


@dataclass(frozen=True)
class ValidationRule:
    """One rule: left, operator, right, at every area of a level."""

    id: str
    title: Words
    owner: str
    """Department that must explain or mend what breaks it."""
    level: str
    period: RulePeriod
    left: ValidationSide
    operator: Operator
    right: ValidationSide
    order: int = 1000


def load_validation_rules(folders: Iterable[Path], indicators: Collection[str]) -> list[ValidationRule]:
    """Every rule of the folders in the order of lists (`order`, then id); `indicators` are the ids of the dictionary.

    A file in a later folder takes the place of the file of the same name in an earlier one. A folder that does not
    exist holds none.

    Raises:
        ContractError: a file is no TOML, has unknown keys or words, or names an indicator that is not in the dictionary.
    """
    files = {f.stem: f for folder in folders for f in sorted(Path(folder).glob("*.toml"))}
    rules = [read_validation_rule(file, indicators) for file in files.values()]
    return sorted(rules, key=lambda r: (r.order, r.id))


def read_validation_rule(file: Path, indicators: Collection[str]) -> ValidationRule:
    """One rule from its file. Raises ContractError."""
    where = f"{file.parent.name}/{file.name}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", file.stem):
        raise ContractError(
            where, "the file name is the id", found=file.stem, expected="a-z, 0-9 and _, a letter first"
        )
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(where, "this is not TOML", found=str(error), remedy="Correct the file") from error
    section = Section(where, values, RULE_KEYS)
    operator = section.choice("operator", Operator)
    return ValidationRule(
        file.stem,
        section.words("title"),
        section.text("owner"),
        section.text("level"),
        section.choice("period", RulePeriod),
        _read_side(section, "left", operator, indicators),
        operator,
        _read_side(section, "right", operator, indicators),
        section.whole("order", 1000),
    )


def _read_side(rule: Section, key: str, operator: Operator, indicators: Collection[str]) -> ValidationSide:
    section = rule.section(key, ("indicator", "missing"))
    indicator = section.text("indicator")
    if indicator not in indicators:
        remedy = f"Correct the name.{nearest(indicator, indicators)}"
        raise ContractError(section.where, "there is no such indicator", found=indicator, remedy=remedy)
    if operator.is_of_presence and "missing" in section:
        raise ContractError(
            section.where, f"`missing` says nothing where the operator is {operator}", remedy="Leave it out"
        )
    return ValidationSide(indicator, section.choice("missing", Missing, Missing.SKIP))
