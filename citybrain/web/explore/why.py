"""The panel that answers "why this number?"."""

from __future__ import annotations

from typing import Any

from dash import html

from citybrain.query import SnapshotInfo
from citybrain.query.explain import Explanation, Measure
from citybrain.web.explore.limits import limits_of, reached, reached_words
from citybrain.web.explore.states import shown, state_reasons
from citybrain.web.numbers import instant_text, known_words, number_text, period_text, value_text
from citybrain.web.selection import Selection
from citybrain.web.texts import Texts


def why_panel(told: Explanation, said: Selection, info: SnapshotInfo, _: Texts) -> list[Any]:
    """Value, definition, each measure with SQL, deliveries and source lines, and the snapshot it was read from."""
    indicator = told.indicator
    unit = indicator.unit(_.language) if told.value is not None else ""
    return [
        html.Div(
            [
                html.H2(_("Why this number?")),
                html.A("✕", href=said.href(why=""), className="button close", id="why-close", title=_("Close")),
            ],
            className="panel-head",
        ),
        html.P(
            f"{told.area.name} · {indicator.title(_.language)} · {period_text(told.period_type, told.period_on, _)}"
        ),
        html.P(
            [
                html.Span(_written(told, _), className=f"value {told.state} {reached(told.value, indicator)}"),
                " ",
                unit,
            ],
            className="figure",
        ),
        html.P(_reason(told, _), className="muted"),
        html.H3(_("Definition")),
        html.P(indicator.definition(_.language)),
        _card(told, _),
        *(_formula(told, _) if indicator.is_ratio else []),
        *[part for m in told.measures for part in _measure(m, info.timezone, _)],
        html.H3(_("Snapshot")),
        html.P(
            [
                html.Code(told.snapshot),
                *(f" · {name} {words}" for name, words in known_words(info, _)),
            ]
        ),
    ]


def _written(told: Explanation, _: Texts) -> str:
    return shown({"value": told.value, "state": told.state}, told.indicator.decimals, _)


def _reason(told: Explanation, _: Texts) -> str:
    reasons = [state_reasons(_).get(told.state, "")]
    if told.is_partial:
        reasons.append(_("The sources cover only part of this period."))
    if told.changed_on:
        days, number = ", ".join(d.isoformat() for d in told.changed_on), told.indicator.version
        reasons.append(
            _(
                "The definition changed within this period ({days}); all of it is counted by version {number}.",
                days=days, number=number,
            )
        )  # fmt: skip
    kind = reached(told.value, told.indicator)
    if kind:
        reasons.append(reached_words(kind, told.indicator, _))
    return " ".join(filter(None, reasons))


def _card(told: Explanation, _: Texts) -> html.Dl:
    """What the dictionary says of the indicator beside its definition; what it leaves out is not listed."""
    indicator = told.indicator
    changed = indicator.changed(_.language)
    version = _("Version {number}", number=indicator.version)
    if indicator.valid_from:
        version += " · " + _("in force from {day}", day=indicator.valid_from.isoformat())
    better = {"higher": _("higher is better"), "lower": _("lower is better")}.get(indicator.better, "")
    limits = " · ".join(limit.label for limit in limits_of(indicator, _))
    hidden = _("Counts under {number} are hidden from those without the right.", number=indicator.minimum_cell)
    said = [
        (_("Code"), indicator.code),
        (_("Version"), version + (f" · {changed}" if changed else "")),
        (_("Legal basis"), indicator.legal_basis),
        (_("Thresholds"), " · ".join(filter(None, [limits, better])) if limits else ""),
        (_("Small counts"), hidden if indicator.minimum_cell else ""),
    ]
    return html.Dl(
        [part for name, words in said if words for part in (html.Dt(name), html.Dd(words))], className="facts"
    )


def _formula(told: Explanation, _: Texts) -> list[Any]:
    over, under = told.measures
    parts = [f"{m.indicator.title(_.language)} {value_text(m.value, 0, _)}" for m in (over, under)]
    scale = told.indicator.scale
    factor = f" × {scale:,g}" if scale != 1 else ""
    return [html.P(f"{parts[0]} ÷ {parts[1]}{factor}", className="formula")]


def _measure(measure: Measure, timezone: str, _: Texts) -> list[Any]:
    indicator = measure.indicator
    parts: list[Any] = [
        html.H3(indicator.title(_.language)),
        html.P(
            _("Counted from {rows} rows of {table}.", rows=number_text(measure.rows, 0), table=indicator.source_table)
        ),
    ]
    if indicator.sql:
        parts.append(html.Details([html.Summary("SQL"), html.Pre(indicator.sql)]))
    if measure.batches:
        heads = [_("Feed"), _("File"), _("Received"), _("Rows")]
        rows = [
            html.Tr(
                [
                    html.Td(b.feed),
                    html.Td(b.file_name, title=b.sha256),
                    html.Td(instant_text(b.received_at, timezone)),
                    html.Td(number_text(b.rows, 0), className="number"),
                ]
            )
            for b in measure.batches
        ]
        parts.append(_table(heads, rows))
    if measure.lines:
        parts.append(html.P(_("First source lines"), className="muted"))
        lines = [html.Li(f"{line.file_name}:{line.source_line}") for line in measure.lines]
        parts.append(html.Ol(lines, className="lines"))
    return parts


def _table(heads: list[str], rows: list[Any]) -> html.Div:
    head = html.Thead(html.Tr([html.Th(h, scope="col") for h in heads]))
    return html.Div(html.Table([head, html.Tbody(rows)]), className="scroll")
