"""The URL is the state."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from citybrain.query.periods import PERIOD_TYPES
from citybrain.web.selection import Selection
from citybrain.web.texts import LANGUAGES

# parse_qsl drops blank values, and a lone surrogate cannot stand in a URL.
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SELECTIONS = st.builds(
    Selection,
    area=WORDS,
    level=WORDS,
    indicator=WORDS,
    period=st.sampled_from(PERIOD_TYPES),
    on=st.none() | st.dates(),
    why=WORDS,
    lang=st.sampled_from(list(LANGUAGES)),
)


@given(SELECTIONS)
def test_a_selection_survives_the_url(selection: Selection) -> None:
    assert Selection.from_query(selection.query()) == selection


@given(st.text())
def test_any_query_string_is_understood_as_something(query: str) -> None:
    Selection.from_query(query)


def test_the_default_selection_has_a_clean_address() -> None:
    assert Selection().href() == "/explore"


def test_a_step_elsewhere_closes_the_explanation() -> None:
    here = Selection(area="1", why="1", on=dt.date(2020, 2, 3))
    assert here.but(area="2") == Selection(area="2", on=dt.date(2020, 2, 3))
    assert here.but(why="3").why == "3"


def test_nonsense_counts_as_not_said() -> None:
    assert Selection.from_query("?period=eon&on=never&lang=xx") == Selection()
