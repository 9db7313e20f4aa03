"""The appendix: what the numbers mean, how they are compared, and what they were made from."""

from __future__ import annotations

from collections.abc import Sequence

from citybrain.briefing.content import Block, Column, Paragraph, Said, Table, Text, numbers_in
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
            _definition(facts, i.code),
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


def _definition(facts: Facts, code: str) -> Text:
    """As it was defined for this week, and what that changed since when."""
    _ = facts.words
    version = facts.city.defined_at(facts.access, code, facts.week.last)
    said: Text = (Said(version.definition(_.language)),)
    if version.valid_from is None:
        return said
    since = day_text(version.valid_from, _)
    changed = Said(version.changed(_.language))
    return (
        *said,
        *_(
            " (version {number}, from {day} on: {changed})",
            number=Said(str(version.version)),
            day=since,
            changed=changed,
        ),
    )


def _comparison(facts: Facts) -> list[Paragraph]:
    _ = facts.words
    first, last = day_text(facts.week.first, _), day_text(facts.week.last, _)
    said = [
        _("The week runs from {first} to {last}.", first=first, last=last),
        _("It is compared with the week before and with the week of the same number a year before."),
        _("No percentage is given on a base under ten, nor for a share; the difference stands instead."),
        _(
            "A dash means that nothing can be compared, because one side has no data, its week is not complete, or the"
            " definition changed between."
        ),
    ]
    if not facts.week.is_iso:
        said.append(_("Weeks that do not begin on Monday are put together from days; distinct counts are left out."))
    return [Paragraph(_.joined(said))]


def _source(facts: Facts) -> list[Paragraph]:
    _ = facts.words
    info = facts.info
    said = [_("Snapshot: {snapshot}.", snapshot=Said(info.snapshot))]
    if info.last_day is not None:
        said.append(_("The last day with data is {day}.", day=day_text(info.last_day, _)))
    if info.as_of is not None:
        said.append(_("Data as known at {instant}.", instant=instant_text(info.as_of, info.timezone, _)))
    elif info.built_at is not None:
        said.append(_("Built at {instant}.", instant=instant_text(info.built_at, info.timezone, _)))
    said.append(_("Made with CityBrain {version}.", version=Said(info.product_version)))
    return [Paragraph(_.joined(said))]
