"""Pure functions from plain data to Plotly figures, as plain dicts: no Dash, no DuckDB, no text of their own.

Dicts and not `go.Figure`: validating one costs more than the query behind it (fifty times fewer answers a second).
"""

from citybrain.figures.classes import Classes, classify
from citybrain.figures.map import MapArea, Outline, draw_map
from citybrain.figures.ranking import RankedArea, draw_ranking
from citybrain.figures.theme import LIGHT, Theme
from citybrain.figures.trend import TrendPoint, draw_trend

__all__ = [
    "LIGHT",
    "Classes",
    "MapArea",
    "Outline",
    "RankedArea",
    "Theme",
    "TrendPoint",
    "classify",
    "draw_map",
    "draw_ranking",
    "draw_trend",
]
