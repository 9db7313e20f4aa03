"""The panels of what cannot be true as it stands: zeros against what others saw, and departments that do not agree."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from urllib.parse import urlencode

from citybrain.query.attention import Difference, differences, last_reconciled
from citybrain.query.reports import ZeroRun
from citybrain.web.numbers import number_text
from citybrain.web.screen.panel import MOST_ROWS, Panel, PanelRow
from citybrain.web.screen.scope import Scope
from citybrain.web.texts import DEFAULT_LANGUAGE

COMPARED_DAYS = 7
"""So many days up to the last one that is reconciled are added up."""


def zeros_panel(scope: Scope) -> Panel | None:
    """Zeros that are not to be believed, newest first, with what others saw; None where no area owes reports."""
    _ = scope._
    if not scope.reports_are_owed:
        return None
    shown = {a.code for a in scope.city.areas(scope.access, scope.area.code, scope.level)} | {scope.area.code}
    runs = [r for r in scope.city.zero_runs(scope.access) if r.area.code in shown]
    runs.sort(key=lambda r: (-r.last_on.toordinal(), -r.evidence))
    note = _("{count} reports", count=number_text(sum(r.periods for r in runs), 0)) if runs else ""
    rows = [_zero_row(scope, run) for run in runs[:MOST_ROWS]]
    return Panel("zeros", _("Implausible zeros"), note, rows, _("No reported zero is judged implausible."))


def _zero_row(scope: Scope, run: ZeroRun) -> PanelRow:
    _ = scope._
    days = f"{run.first_on:%m-%d}" if run.periods == 1 else f"{run.first_on:%m-%d} – {run.last_on:%m-%d}"
    seen = run.witnessed
    return PanelRow(
        key=f"{run.feed}/{run.measure}/{run.area.code}/{run.first_on}",
        name=run.area.name,
        detail=days,
        value=_("implausible") if seen is None else _("others saw {count}", count=number_text(seen, 0)),
        tone="warn",
        href=scope.explore(area=run.area.code, indicator=run.indicator) if run.indicator else "",
    )


def differences_panel(scope: Scope) -> Panel | None:
    """Where two departments differ most in the last days, the rules taking turns; None where nothing is reconciled."""
    _ = scope._
    last = last_reconciled(scope.city, scope.access, scope.area.code)
    if last is None:
        return None
    days = last - dt.timedelta(days=COMPARED_DAYS - 1), last
    found = differences(scope.city, scope.access, scope.area.code, days, by_area=True)
    rows = [_difference_row(scope, d, days) for d in _in_turns([d for d in found if d.differing])]
    note = f"{days[0]:%m-%d} – {days[1]:%m-%d}"
    return Panel("differences", _("Largest differences"), note, rows[:MOST_ROWS], _("All departments agree."))


def _in_turns(found: list[Difference]) -> list[Difference]:
    """The largest of each rule, then the second of each: what is counted in pieces must not hide what is counted in people."""
    seen: Counter[str] = Counter()
    turns = []
    for difference in found:
        turns.append((seen[difference.rule.rule], difference))
        seen[difference.rule.rule] += 1
    return [difference for _turn, difference in sorted(turns, key=lambda t: t[0])]


def _difference_row(scope: Scope, difference: Difference, days: tuple[dt.date, dt.date]) -> PanelRow:
    rule = difference.rule
    said = {"rule": rule.rule, "area": difference.area_code}
    if rule.period_type != "all":
        said |= {"from": f"{days[0]}", "to": f"{days[1]}"}
    if scope.lang != DEFAULT_LANGUAGE:
        said["lang"] = scope.lang
    return PanelRow(
        key=f"{rule.rule}/{difference.area_code}",
        name=difference.area_name,
        detail=rule.title(scope.lang),
        value=scope._("{count} unmatched", count=number_text(difference.unmatched, 0)),
        tone="warn",
        href=f"/reconciliation?{urlencode(said)}",
    )
