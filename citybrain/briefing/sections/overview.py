"""Several indicators of the parts of the area beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from citybrain.briefing.content import Column, Said, Table
from citybrain.briefing.facts import Facts
from citybrain.briefing.measure import Measure

MOST_ROWS = 30
"""Longer lists are looked up on the explorer; a briefing shows the top of them."""


def overview(facts: Facts, codes: Sequence[str], ordered: Sequence[Measure]) -> Table:
    """A column an indicator, a row an area: the areas of the measures, in their order, up to `MOST_ROWS`."""
    _ = facts.words
    by_area = {code: {m.area_code: m for m in facts.below(code)} for code in codes}
    columns = [Column((Said(facts.level_title),), 4)]
    for code in codes:
        indicator = facts.indicators[code]
        title, unit = Said(indicator.title(_.language)), Said(indicator.unit(_.language))
        columns.append(Column(_("{title} ({unit})", title=title, unit=unit), 3, is_number=True))
    rows = tuple(((m.area,), *(by_area[code][m.area_code].bare_value for code in codes)) for m in ordered[:MOST_ROWS])
    return Table((), tuple(columns), rows)
