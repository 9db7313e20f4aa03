"""Thresholds of the dictionary: which one a number has reached, and how that is said."""

from __future__ import annotations

from citybrain.figures import Limit
from citybrain.query.definitions import Indicator
from citybrain.web.numbers import number_text
from citybrain.web.texts import Texts

SIGNS = {"alarm": "■ ", "warn": "▲ ", "": ""}
"""Stands before a number that has reached a threshold."""


def reached(value: float | None, indicator: Indicator) -> str:
    """`alarm`, `warn` or nothing; a limit counts from itself on, in the direction that is not the better one."""
    if value is None:
        return ""
    for kind, limit in (("alarm", indicator.alarm_at), ("warn", indicator.warn_at)):
        if limit is not None and (value <= limit if indicator.better == "higher" else value >= limit):
            return kind
    return ""


def reached_words(kind: str, indicator: Indicator, _: Texts) -> str:
    """`▲ Alarm: 5 or more`."""
    limit = indicator.alarm_at if kind == "alarm" else indicator.warn_at
    value = _limit_text(limit or 0.0, indicator)
    if indicator.better == "higher":
        words = _("Alarm: {value} or less") if kind == "alarm" else _("Warning: {value} or less")
    else:
        words = _("Alarm: {value} or more") if kind == "alarm" else _("Warning: {value} or more")
    return SIGNS[kind] + words.format(value=value)


def target_words(value: float | None, indicator: Indicator, _: Texts) -> str:
    """Whether the target is met; nothing without a target or a number."""
    if indicator.target is None or value is None:
        return ""
    met = value >= indicator.target if indicator.better == "higher" else value <= indicator.target
    target = _limit_text(indicator.target, indicator)
    return _("✓ Target {value} met", value=target) if met else _("Target {value} not met", value=target)


def limits_of(indicator: Indicator, _: Texts) -> list[Limit]:
    """The limits that the dictionary states, with their words."""
    known = (
        ("target", _("Target"), indicator.target),
        ("warn", _("Warning"), indicator.warn_at),
        ("alarm", _("Alarm"), indicator.alarm_at),
    )
    return [Limit(k, v, f"{words} {_limit_text(v, indicator)}") for k, words, v in known if v is not None]


def _limit_text(value: float, indicator: Indicator) -> str:
    return number_text(value, 0 if value == int(value) else max(1, indicator.decimals))
