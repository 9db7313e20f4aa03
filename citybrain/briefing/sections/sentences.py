"""Sentences that more than one section says."""

from __future__ import annotations

from citybrain.briefing.content import Text
from citybrain.briefing.measure import Measure


def measured_sentence(measure: Measure) -> Text:
    """`新增确诊12例，环比上升20.0%，同比下降3例。`"""
    _ = measure.words
    if measure.value is None or measure.is_timeless:
        return _("{title}: {value}.", title=measure.title, value=measure.value_text)
    if not measure.year_change_words:
        return _(
            "{title}: {value}, {change}.", title=measure.title, value=measure.value_text, change=measure.change_words
        )
    return _(
        "{title}: {value}, {change}, {year_change}.",
        title=measure.title,
        value=measure.value_text,
        change=measure.change_words,
        year_change=measure.year_change_words,
    )
