"""Indicators by theme: the groups of the chooser, searchable by name and code in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from citybrain.query.definitions import Indicator
from citybrain.web.texts import LANGUAGES, Texts, texts

HEADING = "theme:"
"""Begins the value of an option that is the heading of a group; behind it stands the first indicator of the group."""


def theme_titles(_: Texts) -> dict[str, str]:
    """What the themes of the dictionary are called; those of a project's own are shown as they are written."""
    return {
        "population": _("Population"),
        "care": _("People in need"),
        "economy": _("Economy and resumption"),
        "screening": _("Fever clinics and screening"),
        "epidemic": _("Cases and contacts"),
        "reports": _("Township reports"),
        "supplies": _("Beds and supplies"),
        "communities": _("Communities and grids"),
        "appeals": _("Public appeals"),
        "incidents": _("Incidents and plans"),
        "supervision": _("Supervision"),
        "quality": _("Data quality"),
    }


def by_theme(indicators: Sequence[Indicator]) -> list[tuple[str, list[Indicator]]]:
    """Themes in the order of their first indicator, each with its indicators in the order of the dictionary."""
    order = {theme: n for n, theme in reversed(list(enumerate(i.theme for i in indicators)))}
    ordered = sorted(indicators, key=lambda i: order[i.theme])
    return [(theme, list(members)) for theme, members in groupby(ordered, key=lambda i: i.theme)]


def indicator_options(indicators: Sequence[Indicator], _: Texts) -> list[dict[str, Any]]:
    """Options of a chooser: a heading per theme that cannot be chosen, below it the indicators with their units.

    Headings stand before their group and drop out of a search for a name; a search for a theme finds its members.
    """
    options: list[dict[str, Any]] = []
    for theme, members in by_theme(indicators):
        named = " ".join(dict.fromkeys(theme_titles(texts(lang)).get(theme, theme) for lang in LANGUAGES))
        title = theme_titles(_).get(theme, theme) or _("Other")
        options.append({"value": HEADING + members[0].code, "label": title, "search": title, "disabled": True})
        options += [
            {
                "value": i.code,
                "label": f"{i.title(_.language)} ({i.unit(_.language)})",
                "search": f"{i.title_zh} {i.title_en} {i.code} {named}",
            }
            for i in members
        ]
    return options
