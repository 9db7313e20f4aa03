"""How the parts of the area compare: a map and a ranking of the first headline indicator, then all of them at a glance."""

from __future__ import annotations

from citybrain.briefing.content import Block, Column, Number, Paragraph, Role, Said, Text
from citybrain.briefing.facts import Facts
from citybrain.briefing.mapping import map_of
from citybrain.briefing.measure import Measure
from citybrain.briefing.sections.draft import Draft, subheading, year_where_known
from citybrain.briefing.sections.overview import MOST_ROWS, overview


def ranking(facts: Facts) -> Draft | None:
    """Map, ranking and overview of the level below; None where there is none, or nothing is known of it."""
    _ = facts.words
    told = [code for code in facts.headline if any(m.value is not None for m in facts.below(code))]
    if not told:
        return None
    measures = facts.below(told[0])
    level, title = Said(facts.level_title), measures[0].title
    ranked = sorted((m for m in measures if m.value is not None), key=lambda m: -(m.value or 0))
    ranks = {m.area_code: 1 + sum((o.value or 0) > (m.value or 0) for o in ranked) for m in ranked}
    blocks: list[Block] = [
        subheading(_("{title} by {level}", title=title, level=level)),
        _lead(facts, ranked, measures),
    ]
    drawn = map_of(facts, measures, _("{title} by {level}: map", title=title, level=level))
    if drawn:
        blocks.append(drawn)
    rows = tuple(_row(m, ranks[m.area_code]) for m in ranked[:MOST_ROWS])
    columns = (
        Column(_("Rank"), 2, is_number=True),
        Column((level,), 4),
        Column((title,), 3, is_number=True),
        Column(_("On the week before"), 3, is_number=True),
        Column(_("On the year before"), 3, is_number=True),
    )
    blocks.append(year_where_known(_("{title} by {level}: ranking", title=title, level=level), columns, rows))
    if len(told) > 1:
        silent = [m for m in measures if m.value is None]
        blocks += [subheading(_("Main indicators by {level}", level=level)), overview(facts, told, [*ranked, *silent])]
    return Draft("ranking", _("Comparison by {level}", level=level), tuple(blocks))


def _lead(facts: Facts, ranked: list[Measure], measures: list[Measure]) -> Paragraph:
    _ = facts.words
    first, last = ranked[0], ranked[-1]
    said = [
        _(
            "{title}: highest in {area} with {value}, {change}.",
            title=first.title,
            area=first.area,
            value=first.value_text,
            change=first.change_words,
        )
    ]
    if last.value != first.value:
        said.append(_("It was lowest in {area} with {value}.", area=last.area, value=last.value_text))
    silent = len(measures) - len(ranked)
    if silent:
        count = Number(silent, Role.AREAS_WITHOUT_DATA, first.indicator.code, facts.area.code, facts.week.first)
        said.append(_("Areas without data: {count}.", count=count))
    return Paragraph(_.joined(said))


def _row(measure: Measure, rank: int) -> tuple[Text, ...]:
    return (
        (measure.number(Role.RANK, rank, "", decimals=0),),
        (measure.area,),
        measure.value_text,
        measure.change_cell,
        measure.year_change_cell,
    )
