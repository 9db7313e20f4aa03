"""The appendix: what the numbers mean, how they are compared, and what they were made from."""

from __future__ import annotations

from collections.abc import Sequence

from citybrain.briefing.content import Block, Column, Paragraph, Said, Table, numbers_in
from citybrain.briefing.dates import day_text, instant_text
from citybrain.briefing.facts import Facts
from citybrain.briefing.sections.draft import Draft, subheading


def appendix(facts: Facts, told: Sequence[Draft]) -> Draft:
    """Definitions of the indicators that `told` mentions, rules of comparison, and the snapshot."""
    _ = facts.words
    mentioned = {number.source for draft in told for number in numbers_in(draft.blocks)}
    blocks: list[Block] = []
    rows = tuple(
        (
            (Said(i.title(_.language)),),
            (Said(i.unit(_.language)),),
            (Said(i.definition(_.language)),),
            (Said(facts.department(i.owner)),),
        )
        for i in facts.indicators.values()
        if i.code in mentioned
    )
    if rows:
        columns = (Column(_("Indicator"), 3), Column(_("Unit"), 2), Column(_("Definition"), 7), Column(_("Owner"), 2))
        blocks += [subheading(_("Definitions")), Table((), columns, rows)]
    blocks += [subheading(_("Comparison")), *_comparison(facts), subheading(_("Source")), *_source(facts)]
    return Draft("appendix", _("Appendix"), tuple(blocks))


def _comparison(facts: Facts) -> list[Paragraph]:
    _ = facts.words
    first, last = day_text(facts.week.first, _), day_text(facts.week.last, _)
    said = [
        _("The week runs from {first} to {last}.", first=first, last=last),
        _("It is compared with the week before and with the week of the same number a year before."),
        _("No percentage is given on a base under ten, nor for a share; the difference stands instead."),
        _("A dash means that nothing can be compared, because one side has no data or its week is not complete."),
    ]
    if not facts.week.is_iso:
        said.append(_("Weeks that do not begin on Monday are put together from days; distinct counts are left out."))
    return [Paragraph(_.joined(said))]


def _source(facts: Facts) -> list[Paragraph]:
    _ = facts.words
    info = facts.info
    instant = info.as_of or info.built_at
    said = [_("Snapshot: {snapshot}.", snapshot=Said(info.snapshot))]
    if instant is not None:
        said.append(_("Data as known at {instant}.", instant=instant_text(instant, info.timezone, _)))
    said.append(_("Made with CityBrain {version}.", version=Said(info.product_version)))
    return [Paragraph(_.joined(said))]
