"""What an export is about, in names and words: it travels without the page."""

from __future__ import annotations

import dataclasses

from citybrain.query.periods import period_name
from citybrain.web.explore.view import View
from citybrain.web.numbers import known_words, period_text
from citybrain.web.texts import Texts


def about_export(view: View, _: Texts) -> list[tuple[str, str]]:
    """What the numbers are, of when, and from which snapshot."""
    indicator = view.indicator
    period = period_text(view.selection.period, view.period_on, _) if view.period_on else ""
    return [
        (_("Indicator"), indicator.title(_.language)),
        (_("Period"), period),
        (_("Unit"), indicator.unit(_.language)),
        (_("Definition"), indicator.definition(_.language)),
        *_versions(view, _),
        *source_words(view, _),
    ]


def _versions(view: View, _: Texts) -> list[tuple[str, str]]:
    """The definitions that make the periods before the present one came into force, where there are several."""
    if len(view.versions) < 2:
        return []
    told = []
    for version in view.versions:
        since = version.valid_from.isoformat() if version.valid_from else ""
        words = filter(None, [_("in force from {day}", day=since) if since else "", version.changed(_.language)])
        told.append(
            (_("Version {number}", number=version.version), " · ".join([*words, version.definition(_.language)]))
        )
    return told


def source_words(view: View, _: Texts) -> list[tuple[str, str]]:
    """The last day that the sources of the indicator cover, when that was known or built, and the snapshot."""
    info = dataclasses.replace(view.info, last_day=view.last_on)
    return [*known_words(info, _), (_("Snapshot"), info.snapshot)]


def title_words(view: View, _: Texts) -> str:
    """Area, indicator and period (or the two that are compared) in one line."""
    area, indicator = view.scope.name, view.indicator.title(_.language)
    if view.period_on is None:
        return f"{area} · {indicator}"
    now = period_name(view.selection.period, view.period_on)
    if view.against_on is None:
        return f"{area} · {indicator} · {now}"
    then = period_name(view.selection.period, view.against_on)
    return _("{area}: {indicator}, {now} against {then}", area=area, indicator=indicator, now=now, then=then)
