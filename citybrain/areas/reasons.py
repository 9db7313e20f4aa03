"""Why a text is not placed: the codes that quarantine and findings show."""

from __future__ import annotations

UNKNOWN_CODE = "area.unknown_code"
UNKNOWN_NAME = "area.unknown_name"
AMBIGUOUS_NAME = "area.ambiguous_name"
NO_PLACE = "area.no_place_in_address"
SEVERAL_PLACES = "area.several_places_in_address"
OUTSIDE = "area.outside"

REASONS = (UNKNOWN_CODE, UNKNOWN_NAME, AMBIGUOUS_NAME, NO_PLACE, SEVERAL_PLACES, OUTSIDE)
"""Every reason that `place_texts` gives."""
