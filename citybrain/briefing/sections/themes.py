"""Every indicator with data, theme by theme: epidemic, supplies, enterprises and whatever else the dictionary holds."""

from __future__ import annotations

from citybrain.briefing.content import Block, Column, Said, Table, Text
from citybrain.briefing.facts import Facts
from citybrain.briefing.measure import Measure
from citybrain.briefing.sections.draft import Draft, subheading, year_where_known
from citybrain.briefing.words import Words


def themes(facts: Facts) -> Draft | None:
    """A table a theme, in the order of the dictionary; None where the week has no data."""
    _ = facts.words
    by_theme: dict[str, list[Measure]] = {}
    for measure in facts.own.values():
        by_theme.setdefault(measure.indicator.theme, []).append(measure)
    if not by_theme:
        return None
    blocks: list[Block] = []
    for theme, measures in by_theme.items():
        blocks += [subheading(theme_title(theme, _)), _table(measures, _)]
    return Draft("themes", _("Indicators by theme"), tuple(blocks))


def theme_title(theme: str, _: Words) -> Text:
    """What the theme is called; the code itself for a theme of the city's own dictionary."""
    titles = {
        "appeals": _("Appeals of the public"),
        "care": _("People in need"),
        "communities": _("Communities"),
        "economy": _("Enterprises"),
        "epidemic": _("Epidemic"),
        "incidents": _("Incidents and plans"),
        "population": _("Population"),
        "quality": _("Quality of the data"),
        "reports": _("Reports of the townships"),
        "screening": _("Screening"),
        "supervision": _("Orders under supervision"),
        "supplies": _("Supplies and beds"),
    }
    return titles.get(theme, (Said(theme),))


def _table(measures: list[Measure], _: Words) -> Table:
    columns = (
        Column(_("Indicator"), 5),
        Column(_("This week"), 4, is_number=True),
        Column(_("On the week before"), 3, is_number=True),
        Column(_("On the year before"), 3, is_number=True),
    )
    rows = tuple(((m.title,), m.value_text, m.change_cell, m.year_change_cell) for m in measures)
    return year_where_known((), columns, rows)
