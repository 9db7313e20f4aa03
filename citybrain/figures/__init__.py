"""Pure functions from plain data to Plotly figures, as plain dicts, and to SVG: no Dash, no DuckDB, no text of their own.

Dicts and not `go.Figure`: validating one costs more than the query behind it (fifty times fewer answers a second).
"""

from citybrain.figures.classes import Classes, classify, classify_changes
from citybrain.figures.map import MapArea, Outline, draw_map
from citybrain.figures.map_sheet import LegendEntry, MapSheet, draw_map_sheet
from citybrain.figures.multiples import SmallMap, draw_multiples
from citybrain.figures.ranking import RankedArea, draw_ranking
from citybrain.figures.scatter import ScatteredArea, draw_scatter
from citybrain.figures.svg_map import DrawnArea, hatch_of
from citybrain.figures.theme import LIGHT, Theme
from citybrain.figures.trend import Compared, draw_trend
from citybrain.figures.trend_marks import Limit, TrendPoint

__all__ = [
    "LIGHT",
    "Classes",
    "Compared",
    "DrawnArea",
    "LegendEntry",
    "Limit",
    "MapArea",
    "MapSheet",
    "Outline",
    "RankedArea",
    "ScatteredArea",
    "SmallMap",
    "Theme",
    "TrendPoint",
    "classify",
    "classify_changes",
    "draw_map",
    "draw_map_sheet",
    "draw_multiples",
    "draw_ranking",
    "draw_scatter",
    "draw_trend",
    "hatch_of",
]
