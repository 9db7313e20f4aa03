"""The states of a value: one enumeration from the marts to every picture."""

from __future__ import annotations

from enum import StrEnum


class ValueState(StrEnum):
    """What is known of one indicator at one area and period. No data, zero and implausible zero are three things."""

    VALUE = "value"
    ZERO = "zero"
    """Nothing happened, as far as anybody can tell."""
    IMPLAUSIBLE_ZERO = "implausible_zero"
    """A zero was filed, and other evidence says that it is not true."""
    NO_DATA = "no_data"
    LATE = "late"
    """The report was due and has not come."""
    QUARANTINED = "quarantined"
    """The report came and cannot be used as it stands."""
    SUPPRESSED = "suppressed"
    """Hidden from this asker: so few people that somebody could be told."""
