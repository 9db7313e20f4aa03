"""Periods as people type them: 2020-02-03 a day, 2020-W06 an ISO week, 2020-02 a month, 2020-Q1 a quarter, 2020 a year."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import typer

SHAPES = {
    "day": r"\d{4}-\d\d-\d\d",
    "week": r"\d{4}-W\d\d",
    "month": r"\d{4}-\d\d",
    "quarter": r"\d{4}-Q[1-4]",
    "year": r"\d{4}",
}


@dataclass(frozen=True)
class Period:
    """A day, week, month, quarter or year with its first and last day."""

    type: str
    first: dt.date
    last: dt.date


def parse_period(text: str, option: str) -> Period:
    """The period that `text` names; `option` says in the message where it was typed.

    Raises: typer.BadParameter.
    """
    from citybrain.query.periods import parse_period as first_day
    from citybrain.query.periods import period_end

    for period_type, shape in SHAPES.items():
        if re.fullmatch(shape, text.upper()):
            first = first_day(text.upper())
            return Period(period_type, first, period_end(period_type, first))
    raise typer.BadParameter(f"'{text}' is not like 2020-02-03, 2020-W06, 2020-02, 2020-Q1 or 2020", param_hint=option)
