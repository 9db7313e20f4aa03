"""Which days an indicator covers decides what the page shows first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from citybrain.query.definitions import Dictionary, Indicator

BUILT = dt.date(2026, 11, 22)
FIRST, LAST = dt.date(2020, 1, 6), dt.date(2020, 3, 1)


def indicator(code: str, **known: Any) -> Indicator:
    words = ("kind", "title_zh", "title_en", "definition_zh", "definition_en", "unit_zh", "unit_en", "better", "owner",
             "numerator", "denominator", "absent", "theme", "sql", "source_table")  # fmt: skip
    plain: dict[str, Any] = dict.fromkeys(words, "") | {"decimals": 0, "scale": 1.0, "carry": "none"}
    return Indicator(code=code, **(plain | known))


REGISTER = indicator("residents", carry="both", first_on=BUILT, last_on=BUILT)
TOTAL = indicator("cases_total", carry="forward", measure_on="confirmed_on", first_on=FIRST, last_on=LAST)
RATE = indicator("cases_per_100k", numerator="cases_total", denominator="residents", scale=1e5)


def test_a_register_without_days_is_shown_beside_what_has_days() -> None:
    assert Dictionary([REGISTER, TOTAL]).covered("residents") == (FIRST, LAST)


def test_a_register_alone_covers_the_day_it_was_stated() -> None:
    assert Dictionary([REGISTER]).covered("residents") == (BUILT, BUILT)


def test_a_rate_over_a_register_ends_with_what_is_counted() -> None:
    assert Dictionary([REGISTER, TOTAL, RATE]).covered("cases_per_100k") == (FIRST, LAST)
