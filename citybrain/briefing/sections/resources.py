"""Enterprises at work, supplies and beds, and people in need: a few standard indicators, for the area and by its parts."""

from __future__ import annotations

from collections.abc import Sequence

from citybrain.briefing.content import Block, Paragraph, Text
from citybrain.briefing.facts import Facts
from citybrain.briefing.measure import Measure
from citybrain.briefing.sections.draft import Draft, subheading
from citybrain.briefing.sections.overview import overview
from citybrain.briefing.sections.sentences import measured_sentence

ENTERPRISES = ("resumption_rate", "resumed_without_power", "staff_outside_share")
SUPPLIES = ("masks_cover_days", "masks_held", "bed_occupancy", "beds_total")
CARE = ("unvisited_in_closed", "needy_without_visitor")
"""Codes of the standard dictionary; those that a city lacks or has no data of are left out."""


def resources(facts: Facts) -> Draft | None:
    """Enterprises, then supplies and beds; None where nothing is known of either."""
    _ = facts.words
    blocks = [
        *_part(facts, _("Enterprises at work"), ENTERPRISES),
        *_part(facts, _("Supplies and beds"), SUPPLIES),
    ]
    return Draft("resources", _("Enterprises and supplies"), tuple(blocks)) if blocks else None


def care(facts: Facts) -> Draft | None:
    """People in need without a visitor, first of all where communities are closed; None where nothing is known of them."""
    _ = facts.words
    blocks = _part(facts, (), CARE)
    return Draft("care", _("People in need without a visitor"), tuple(blocks)) if blocks else None


def _part(facts: Facts, title: Text, codes: Sequence[str]) -> list[Block]:
    """A paragraph on the area, and a table of its parts, the worst of the first indicator first."""
    known = [code for code in codes if code in facts.own]
    if not known:
        return []
    _ = facts.words
    blocks: list[Block] = [subheading(title)] if title else []
    blocks.append(Paragraph(_.joined([measured_sentence(facts.own[code]) for code in known])))
    told = [code for code in known if any(m.value is not None for m in facts.below(code))]
    if told:
        blocks.append(overview(facts, told, sorted(facts.below(told[0]), key=_worst_first)))
    return blocks


def _worst_first(measure: Measure) -> tuple[bool, float]:
    value = measure.value or 0.0
    return measure.value is None, value if measure.indicator.better == "higher" else -value
