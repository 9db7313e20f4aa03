"""What a reader sees of indicators: for every asked area and period one row with value and state."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from citybrain.errors import AccessError
from citybrain.query.access import AccessContext
from citybrain.query.derived import COLUMNS, SCHEMA, Derived, derive
from citybrain.query.places import Places
from citybrain.query.snapshot import OpenSnapshot
from citybrain.query.span import Span

__all__ = ["COLUMNS", "SCHEMA", "read_derived", "read_values"]

MOST_VALUES = 5_000_000
"""A question for more values than this is a mistake, and would fill the memory."""


def read_values(
    snapshot: OpenSnapshot, access: AccessContext, indicators: Sequence[str], places: Places, span: Span
) -> pl.DataFrame:
    """One row per indicator × area × period, with `COLUMNS`: in the order of `indicators`, of the area tree, of time.

    Raises AccessError for unknown indicators and for too many values at once.
    """
    codes = tuple(dict.fromkeys(indicators))
    # An asker without the right is never answered from what another was shown.
    asked = ("values", codes, places.codes, span, access.sees_small_counts)
    return snapshot.memory.recall(asked, lambda: read_derived(snapshot, access, codes, places, span).frame())


def read_derived(
    snapshot: OpenSnapshot, access: AccessContext, codes: Sequence[str], places: Places, span: Span
) -> Derived:
    """The same as arrays, for what is computed from it. Raises as `read_values`."""
    if span.periods * len(places) * len(codes) > MOST_VALUES:
        raise AccessError("query", "too many values asked for at once", remedy="Ask for fewer areas or fewer periods")
    return derive(snapshot, access, codes, places, span)
