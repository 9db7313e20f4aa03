"""The one header of all pages: where one can go, how fresh the data are, and the other language."""

from citybrain.web.navigation.frame import Visit, frame, header, refusal
from citybrain.web.navigation.places import PLACES, places_component, places_markup

__all__ = ["PLACES", "Visit", "frame", "header", "places_component", "places_markup", "refusal"]
