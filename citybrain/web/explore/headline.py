"""The number that is looked at, large, and beside it the other indicators of the same area and period."""

from __future__ import annotations

from typing import Any

from dash import html

from citybrain.query.definitions import Indicator
from citybrain.query.periods import period_name
from citybrain.schema.value_state import ValueState
from citybrain.web.explore.limits import reached, reached_words, target_words
from citybrain.web.explore.states import shown, state_reasons, state_words
from citybrain.web.explore.versions import version_of
from citybrain.web.explore.view import View
from citybrain.web.numbers import change_text, number_text, period_text, short_change_text, value_text
from citybrain.web.texts import Texts


def headline(view: View, row: dict[str, Any] | None, _: Texts) -> list[Any]:
    """Area, indicator, period, value with unit, change against the previous period, and the way to its reasons."""
    indicator, said = view.indicator, view.selection
    if row is None or view.period_on is None:
        return [
            html.H1(f"{view.area.name} · {indicator.title(_.language)}"),
            html.P(
                _(
                    "No department has delivered data for this indicator yet. Choose another one, or see the feeds above."
                ),
                className="muted",
            ),
        ]
    known = row["value"] is not None
    defined = version_of(view, row).definition(_.language)
    return [
        html.H1([html.Span(view.area.name), " ", html.Span(indicator.title(_.language), className="what")]),
        html.Div(
            [
                html.Span(
                    shown(row, indicator.decimals, _),
                    className=f"value {row['state']} {reached(row['value'], indicator)}",
                    title=state_reasons(_).get(row["state"], ""),
                ),
                html.Span(indicator.unit(_.language) if known else "", className="unit"),
                *([_change(row, indicator, _)] if known else []),
                *_year_change(row, indicator, _),
                *_against_change(row, view, _),
            ],
            className="figure",
        ),
        html.P([period_text(said.period, view.period_on, _), *_badges(row, view, _)], className="when"),
        html.A(_("Why this number?"), href=said.href(why=view.area.code), className="button", id="why-link"),
        html.P(defined, className="definition", title=defined),
    ]


def measure_cards(view: View, rows: list[dict[str, Any]], indicators: list[Indicator], _: Texts) -> list[Any]:
    """One small card per indicator; a click looks at it."""
    known = {i.code: i for i in indicators}
    return [_card(view, row, known[row["indicator"]], _) for row in rows]


def _card(view: View, row: dict[str, Any], indicator: Indicator, _: Texts) -> Any:
    chosen = indicator.code == view.indicator.code
    known = row["value"] is not None
    return html.A(
        [
            html.Span(indicator.title(_.language), className="name", title=indicator.title(_.language)),
            html.Span(
                [
                    html.Span(
                        shown(row, indicator.decimals, _),
                        className=f"value {row['state']} {reached(row['value'], indicator)}",
                        title=_card_reason(row, indicator, _),
                    ),
                    html.Span(indicator.unit(_.language) if known else "", className="unit"),
                ]
            ),
            _change(row, indicator, _, short=True) if known else "",
        ],
        href=view.selection.href(indicator=indicator.code),
        className="card chosen" if chosen else "card",
    )


def _change(row: dict[str, Any], indicator: Indicator, _: Texts, short: bool = False) -> Any:
    redefined = row["is_redefined"]
    words = change_text(row["difference"], row["change_pct"], indicator.decimals, _, is_redefined=redefined)
    previous = value_text(row["previous"], indicator.decimals, _)
    brief = short_change_text(row["difference"], row["change_pct"], indicator.decimals)
    brief = _("definition changed") if redefined else brief
    return html.Span(
        brief if short else [html.Span(_("vs previous"), className="muted"), " ", words],
        className=f"change {change_tone(row['difference'], indicator.better)}",
        title=_("vs previous") + " " + words + " · " + _("Previous period: {value}", value=previous),
    )


def _year_change(row: dict[str, Any], indicator: Indicator, _: Texts) -> list[Any]:
    """The change against the same period last year, where there is one."""
    if row.get("last_year") is None or row["value"] is None:
        return []
    redefined = row["is_year_redefined"]
    words = change_text(row["year_difference"], row["year_change_pct"], indicator.decimals, _, is_redefined=redefined)
    last = _("Same period last year: {value}", value=number_text(row["last_year"], indicator.decimals))
    return [
        html.Span(
            [html.Span(_("vs last year"), className="muted"), " ", words],
            className=f"change {change_tone(row['year_difference'], indicator.better)}",
            title=last,
        )
    ]


def _against_change(row: dict[str, Any], view: View, _: Texts) -> list[Any]:
    if view.against_on is None or row["value"] is None:
        return []
    decimals, redefined = view.indicator.decimals, row["is_against_redefined"]
    words = change_text(row["against_difference"], row["against_pct"], decimals, _, is_redefined=redefined)
    named = period_name(view.selection.period, view.against_on)
    return [
        html.Span(
            [html.Span(_("vs {period}", period=named), className="muted"), " ", words],
            className=f"change {change_tone(row['against_difference'], view.indicator.better)}",
        )
    ]


def change_tone(difference: float | None, better: str) -> str:
    """good, bad or plain: whether the change is in the direction that the dictionary calls better."""
    if not difference or better not in ("higher", "lower"):
        return "plain"
    return "good" if (difference > 0) == (better == "higher") else "bad"


def _badges(row: dict[str, Any], view: View, _: Texts) -> list[Any]:
    """What is special about the number: one of several definitions, unfinished period, doubtful zero, threshold, target."""
    indicator, badges = view.indicator, []
    if len(view.versions) > 1:
        version = version_of(view, row)
        words = _("Version {number}", number=version.version)
        badges.append(html.Span(words, className="badge", title=version.changed(_.language)))
    if row["is_partial"]:
        badges.append(html.Span(_("period not complete"), className="badge"))
    if row["state"] == ValueState.IMPLAUSIBLE_ZERO:
        badges.append(html.Span(state_words(_)[row["state"]], className="badge doubt"))
    kind = reached(row["value"], indicator)
    if kind:
        badges.append(html.Span(reached_words(kind, indicator, _), className=f"badge {kind}"))
    target = target_words(row["value"], indicator, _)
    return [*badges, html.Span(target, className="badge target")] if target else badges


def _card_reason(row: dict[str, Any], indicator: Indicator, _: Texts) -> str:
    kind = reached(row["value"], indicator)
    return reached_words(kind, indicator, _) if kind else state_reasons(_).get(row["state"], "")
