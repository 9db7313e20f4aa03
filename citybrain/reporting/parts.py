"""What the tables of data quality are made of: equal fingerprints, equal content."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence

from citybrain.indicators import Indicator
from citybrain.reporting.clocks import Clock
from citybrain.reporting.validation_rules import ValidationRule

FORMAT = "1"
"""Raise it when the same rules on the same rows give other results."""


def quality_parts(
    parts: Mapping[str, str], indicators: Sequence[Indicator], rules: Sequence[ValidationRule], clocks: Sequence[Clock],
    now: dt.datetime, timezone: str,
) -> dict[str, str]:  # fmt: skip
    """Fingerprint by part: `marts.outliers`, `marts.validation`, `marts.delays` (with `marts.open_cases` and `marts.clocks`).

    `parts` holds those of the shared tables and of the cube (`cube shared.cases`); `now` is the last known instant.
    """
    by_id = {i.id: i for i in indicators}
    asked = {side.indicator for rule in rules for side in (rule.left, rule.right)}
    compared = [i for i in indicators if i.name in asked]
    measured = [base for i in compared for base in _bases(by_id, i.id)]
    cubes = sorted({parts.get(f"cube {i.measure.source}", "") for i in measured if i.measure})
    told = sorted(repr(i) for i in compared)
    reports = [parts.get(name, "") for name in ("shared.reports", "shared.observations")]
    cases = [parts.get(name, "") for name in ("shared.case_ways", "shared.areas")]
    return {
        "marts.outliers": _digest(*reports),
        "marts.validation": _digest(parts.get("shared.areas", ""), repr(list(rules)), *cubes, *told),
        "marts.delays": _digest(*cases, repr(list(clocks)), now.isoformat(), timezone),
    }


def _bases(by_id: Mapping[str, Indicator], name: str) -> list[Indicator]:
    """The measured indicators that a number is made of."""
    indicator = by_id[name]
    below = [n for n in (indicator.numerator, indicator.denominator, indicator.of) if n]
    return [base for n in below for base in _bases(by_id, n)] or [indicator]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join((FORMAT, *parts)).encode()).hexdigest()
