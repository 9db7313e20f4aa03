"""What the pointer tells of an area or a period: the same words on map, trend, ranking and scatter."""

from __future__ import annotations

from typing import Any

from citybrain.query.periods import period_name
from citybrain.web.explore.limits import reached, reached_words
from citybrain.web.explore.states import shown, state_reasons, state_words
from citybrain.web.explore.view import View
from citybrain.web.numbers import change_text, number_text, period_text
from citybrain.web.texts import Texts


def hover_text(row: dict[str, Any], view: View, _: Texts, when: bool = False) -> str:
    """Name or period, value with unit, parts of a ratio, changes, and what is special about it."""
    indicator = view.indicator
    unit = f" {indicator.unit(_.language)}" if row["value"] is not None else ""
    if "against_difference" in row:
        return "<br>".join(_against_lines(row, view, _))
    lines = [
        f"<b>{period_text(view.selection.period, row['period_on'], _) if when else row['area_name']}</b>",
        f"{indicator.title(_.language)}: <b>{shown(row, indicator.decimals, _)}</b>{unit}",
    ]
    if when and view.beside:
        lines[0] += f" · {row['area_name']}"
    if row["denominator"] is not None and row["numerator"] is not None:
        lines.append(f"{row['numerator']:,.0f} ÷ {row['denominator']:,.0f}")
    lines += _change_lines(row, indicator.decimals, _)
    kind = reached(row["value"], indicator)
    if kind:
        lines.append(reached_words(kind, indicator, _))
    if row["state"] not in ("value", "zero"):
        lines.append(_folded(state_reasons(_).get(row["state"], ""), _))
    if row["is_partial"]:
        lines.append(_("period not complete"))
    if len(view.versions) > 1:
        lines.append(_("Version {number}", number=row["version"]))
    return "<br>".join(lines)


def _change_lines(row: dict[str, Any], decimals: int, _: Texts) -> list[str]:
    """Against the period before and the year before, where there is anything to compare or a reason why not."""
    lines, redefined = [], bool(row.get("is_redefined"))
    if redefined or row.get("difference") is not None:
        words = change_text(row["difference"], row["change_pct"], decimals, _, is_redefined=redefined)
        lines.append(f"{_('vs previous')} {words}")
    if row.get("last_year") is not None:
        redefined = row["is_year_redefined"]
        words = change_text(row["year_difference"], row["year_change_pct"], decimals, _, is_redefined=redefined)
        lines.append(f"{_('vs last year')} {words}")
    return lines


def _against_lines(row: dict[str, Any], view: View, _: Texts) -> list[str]:
    """Both periods and the difference; the row's own value is the difference where the map shows that."""
    decimals, kind = view.indicator.decimals, view.selection.period
    then = "" if row["against"] is None else number_text(row["against"], decimals)
    named = period_name(kind, view.against_on) if view.against_on else ""
    redefined = row["is_against_redefined"]
    changed = change_text(row["against_difference"], row["against_pct"], decimals, _, is_redefined=redefined)
    return [
        f"<b>{row['area_name']}</b>",
        f"{_('vs {period}', period=named)} <b>{changed}</b>",
        f"{named}: {then or state_words(_)['no_data']}",
    ]


def _folded(sentence: str, _: Texts) -> str:
    """The sentence on lines that fit into a hover box."""
    width = 22 if _.language == "zh" else 48
    lines, line = [], ""
    for part in sentence if _.language == "zh" else sentence.split(" "):
        joined = line + part if _.language == "zh" else f"{line} {part}".strip()
        if len(joined) > width and line:
            lines.append(line)
            joined = part
        line = joined
    return "<br>".join([*lines, line])
