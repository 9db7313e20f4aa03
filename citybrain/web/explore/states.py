"""The states of a value in words and signs: colour alone says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from citybrain.schema.value_state import ValueState
from citybrain.web.numbers import number_text
from citybrain.web.texts import Texts

DOUBT = "?"
"""Stands after a zero that is not to be believed."""


@cache
def state_words(_: Texts) -> Mapping[str, str]:
    """What each state of a value is called."""
    return {
        ValueState.VALUE: _("value"),
        ValueState.ZERO: _("zero"),
        ValueState.IMPLAUSIBLE_ZERO: _("implausible zero"),
        ValueState.NO_DATA: _("No data"),
        ValueState.LATE: _("Report late"),
        ValueState.QUARANTINED: _("Report unusable"),
        ValueState.SUPPRESSED: _("Hidden"),
    }


@cache
def state_reasons(_: Texts) -> Mapping[str, str]:
    """What each state means, in a sentence; a value needs none."""
    return {
        ValueState.VALUE: "",
        ValueState.ZERO: _("The sources cover this area and period and report nothing: the number is zero."),
        ValueState.IMPLAUSIBLE_ZERO: _(
            "A zero was filed, but other evidence says that it is not true. Ask the reporter."
        ),
        ValueState.NO_DATA: _("No source speaks about this area and period, so the number is unknown; it is not zero."),
        ValueState.LATE: _("The report was due and has not come; the number is unknown."),
        ValueState.QUARANTINED: _("The report came but cannot be used as it stands; see the quality page for why."),
        ValueState.SUPPRESSED: _("Hidden: so few people that somebody could be recognised."),
    }


def shown(row: Mapping[str, Any], decimals: int, _: Texts) -> str:
    """The number as written, with a mark if it is a doubtful zero; where there is none, the state in words."""
    if row["value"] is None:
        return state_words(_).get(row["state"], _("No data"))
    doubt = DOUBT if row["state"] == ValueState.IMPLAUSIBLE_ZERO else ""
    return number_text(row["value"], decimals) + doubt
