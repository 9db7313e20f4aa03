"""Pure functions from plain data to Plotly figures, as plain dicts: no Dash, no DuckDB, no text of their own.

Dicts and not `go.Figure`: validating one costs more than the query behind it (fifty times fewer answers a second).
"""

from citybrain.figures.classes import Classes, classify, classify_changes
from citybrain.figures.map import MapArea, Outline, draw_map
from citybrain.figures.multiples import SmallMap, draw_multiples
from citybrain.figures.ranking import RankedArea, draw_ranking
from citybrain.figures.scatter import ScatteredArea, draw_scatter
from citybrain.figures.theme import LIGHT, Theme
from citybrain.figures.trend import Compared, draw_trend
from citybrain.figures.trend_marks import Limit, TrendPoint

__all__ = [
    "LIGHT",
    "Classes",
    "Compared",
    "Limit",
    "MapArea",
    "Outline",
    "RankedArea",
    "ScatteredArea",
    "SmallMap",
    "Theme",
    "TrendPoint",
    "classify",
    "classify_changes",
    "draw_map",
    "draw_multiples",
    "draw_ranking",
    "draw_scatter",
    "draw_trend",
]
