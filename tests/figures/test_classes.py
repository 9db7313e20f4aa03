"""Classes of a map."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from citybrain.figures import classify

VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1e9), st.floats(-1e6, 0)), max_size=60)


@given(values=VALUES, decimals=st.integers(0, 3))
def test_every_value_falls_in_exactly_one_class_in_order(values: list[float | None], decimals: int) -> None:
    classes = classify(values, 5, decimals)
    found = sorted(v for v in values if v)
    places = [classes.of(v) for v in found]
    assert places == sorted(places)
    assert len(classes.edges) <= 5
    assert list(classes.edges) == sorted(set(classes.edges))
    assert all(0 <= p < len(classes.edges) for p in places)
    assert len(classes.bounds()) == len(classes.edges)


def test_few_different_values_get_a_class_each() -> None:
    assert classify([1, 1, 2, 3, None, 0]).bounds() == [(1, 1), (2, 2), (3, 3)]


def test_many_values_get_round_edges_and_bounds_that_do_not_touch() -> None:
    assert classify([float(v) for v in range(1, 1001)]).bounds() == [
        (1.0, 199.0),
        (200.0, 399.0),
        (400.0, 599.0),
        (600.0, 799.0),
        (800.0, 1000.0),
    ]


def test_nothing_but_zeros_and_silence_makes_no_classes() -> None:
    assert classify([0, None, 0]).bounds() == []
