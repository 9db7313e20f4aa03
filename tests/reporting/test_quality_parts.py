"""Only what changed is judged again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from citybrain.indicators import STANDARD_DICTIONARY, load_dictionary
from citybrain.reporting import STANDARD_CLOCKS, STANDARD_VALIDATION, load_clocks, load_validation_rules, quality_parts
from citybrain.reporting.validation_rules import Operator

INDICATORS = load_dictionary([STANDARD_DICTIONARY])
RULES = load_validation_rules([STANDARD_VALIDATION], {i.id for i in INDICATORS})
CLOCKS = load_clocks([STANDARD_CLOCKS])
NOW = dt.datetime(2020, 3, 1, tzinfo=dt.UTC)
PARTS = {f"cube {i.measure.source}": "1" for i in INDICATORS if i.measure} | dict.fromkeys(
    ("shared.reports", "shared.observations", "shared.case_ways", "shared.areas"), "1"
)
FIRST = quality_parts(PARTS, INDICATORS, RULES, CLOCKS, NOW, "Asia/Shanghai")


def changed(**given: object) -> set[str]:
    """Parts that are made anew when something else is given."""
    stated = {"parts": PARTS, "indicators": INDICATORS, "rules": RULES, "clocks": CLOCKS, "now": NOW} | given
    made = quality_parts(**stated, timezone="Asia/Shanghai")  # type: ignore[arg-type]
    return {name for name, value in made.items() if value != FIRST[name]}


def test_the_same_is_the_same() -> None:
    assert changed() == set()


def test_each_part_follows_what_it_reads() -> None:
    assert changed(parts=PARTS | {"shared.reports": "2"}) == {"marts.outliers"}
    assert changed(parts=PARTS | {"shared.case_ways": "2"}) == {"marts.delays"}
    assert changed(parts=PARTS | {"cube shared.observations": "2"}) == {"marts.validation"}
    assert changed(parts=PARTS | {"cube shared.appeals": "2"}) == set()


def test_rules_clocks_and_time_change_what_they_decide() -> None:
    assert changed(rules=[replace(RULES[0], operator=Operator.LESS), *RULES[1:]]) == {"marts.validation"}
    assert changed(clocks=[replace(CLOCKS[0], within_hours=1.0), *CLOCKS[1:]]) == {"marts.delays"}
    assert changed(now=NOW + dt.timedelta(hours=1)) == {"marts.delays"}


def test_a_rule_over_a_ratio_follows_both_its_parts() -> None:
    rules = [replace(RULES[0], left=replace(RULES[0].left, indicator="doctors_per_1000"))]
    by_id = {i.id: i for i in INDICATORS}
    ratio = by_id["doctors_per_1000"]
    for part in (ratio.numerator, ratio.denominator):
        source = by_id[part].measure.source
        one, two = (
            quality_parts(PARTS | {f"cube {source}": v}, INDICATORS, rules, CLOCKS, NOW, "UTC") for v in ("1", "2")
        )
        assert one["marts.validation"] != two["marts.validation"]
