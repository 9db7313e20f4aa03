"""The area tree: administrative areas, their names and polygons, and placing texts in it."""

from citybrain.areas.alike import sql_alike
from citybrain.areas.loading import load_areas
from citybrain.areas.placing import place_texts
from citybrain.areas.reasons import REASONS
from citybrain.areas.tree import AreaTree

__all__ = ["REASONS", "AreaTree", "load_areas", "place_texts", "sql_alike"]
