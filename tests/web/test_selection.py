"""The URL is the state."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from citybrain.query.periods import PERIOD_TYPES
from citybrain.web.selection import MOST_MORE, VIEWS, Selection
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
    with_area=WORDS,
    against=st.none() | st.dates(),
    view=st.sampled_from(VIEWS),
    more=st.lists(st.from_regex("[a-z_]{1,9}", fullmatch=True), max_size=MOST_MORE, unique=True).map(tuple),
    against_indicator=WORDS,
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
    assert Selection.from_query("?period=eon&on=never&lang=xx&against=no&view=none&more=,") == Selection()


def test_a_comparison_stands_in_the_address_under_short_names() -> None:
    said = Selection(with_area="7", against=dt.date(2020, 2, 3), more=("a", "b"), view="multiples")
    assert said.href() == "/explore?with=7&against=2020-02-03&view=multiples&more=a,b"
