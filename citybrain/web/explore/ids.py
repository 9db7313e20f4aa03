"""Component ids of the explorer; the scripts and style sheets in `assets` use the same words."""

from __future__ import annotations

from enum import StrEnum


class Ids(StrEnum):
    """Every component that a callback reads or writes."""

    URL = "url"
    SHOWN = "shown"
    BANNER = "banner"
    BREADCRUMB = "breadcrumb"
    INDICATOR = "indicator"
    PERIOD_TYPES = "period-types"
    PERIOD = "period"
    PERIOD_STEPS = "period-steps"
    LEVELS = "levels"
    HEADLINE = "headline"
    MEASURES = "measures"
    WITH = "with"
    AGAINST = "against"
    MORE = "more"
    SCATTER = "against-indicator"
    VIEWS = "views"
    PLAYER = "player"
    MAP = "map"
    MAP_TITLE = "map-title"
    MAP_LEGEND = "map-legend"
    MAP_NOTES = "map-notes"
    TREND = "trend"
    TREND_TITLE = "trend-title"
    TREND_LEGEND = "trend-legend"
    RANKING = "ranking"
    RANKING_TITLE = "ranking-title"
    TABLE = "table"
    EXPORTS = "exports"
    WHY = "why"
