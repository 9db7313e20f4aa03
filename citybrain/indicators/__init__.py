"""Indicators: the dictionary, and the SQL that fills the cube of cells from the shared tables.

`load_dictionary` reads and checks the declarations, `build_cube` fills `marts.cells`, `marts.coverage` and
`marts.indicators`, `sql_cells` is the part of that plan that one source table feeds.
"""

from citybrain.indicators.cube import CubeReport, build_cube, sql_cells
from citybrain.indicators.dictionary import STANDARD_DICTIONARY, load_dictionary
from citybrain.indicators.indicator import Absent, Better, Carry, Indicator, Kind, Measure, Words
from citybrain.indicators.versions import defined, silent_changes

__all__ = [
    "STANDARD_DICTIONARY",
    "Absent",
    "Better",
    "Carry",
    "CubeReport",
    "Indicator",
    "Kind",
    "Measure",
    "Words",
    "build_cube",
    "defined",
    "load_dictionary",
    "silent_changes",
    "sql_cells",
]
