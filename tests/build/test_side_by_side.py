"""Steps made side by side come in the order that they need, and the first error stops the rest."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.build.side_by_side import Step, make_side_by_side
from citybrain.warehouse import connect, connect_beside

NAMES = "abcdefgh"
Graph = dict[str, frozenset[str]]


@pytest.fixture
def connections() -> Iterator[list[duckdb.DuckDBPyConnection]]:
    with connect() as con, connect_beside(con) as beside:
        yield [con, beside]


@settings(max_examples=30, deadline=None)
@given(
    st.fixed_dictionaries(
        {name: st.frozensets(st.sampled_from(NAMES[: place + 1])) for place, name in enumerate(NAMES)}
    )
)
def test_each_step_is_made_once_and_after_what_it_needs(graph: Graph) -> None:
    made: list[str] = []
    begun: list[str] = []
    steps = [
        Step(name, lambda con, name=name: made.append(name), needs - {name} | {"there already"})  # type: ignore[misc]
        for name, needs in graph.items()
    ]
    with connect() as con, connect_beside(con) as beside:
        make_side_by_side([con, beside], steps, begun.append)
    assert sorted(made) == sorted(begun) == sorted(NAMES)
    for name, needs in graph.items():
        assert all(made.index(other) < made.index(name) for other in needs - {name})


def test_as_many_are_made_at_a_time_as_there_are_connections(connections: list[duckdb.DuckDBPyConnection]) -> None:
    both = threading.Barrier(2)
    steps = [Step(name, lambda con: both.wait(10) and None) for name in "ab"]
    make_side_by_side(connections, steps, lambda _: None)
    make_side_by_side(connections[:1], [Step("alone", lambda con: None)], lambda _: None)


def test_tables_of_one_step_are_there_for_the_next_on_whatever_connection(
    connections: list[duckdb.DuckDBPyConnection],
) -> None:
    def make(number: int, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"CREATE TEMP TABLE mine_{number} AS SELECT {number} AS n")
        con.execute(
            f"CREATE TABLE t{number} AS SELECT n + coalesce((SELECT max(n) FROM t{number - 1}), 0) AS n FROM mine_{number}"
        )

    connections[0].execute("CREATE TABLE t0 AS SELECT 0 AS n")
    steps = [
        Step(f"t{number}", lambda con, number=number: make(number, con), frozenset({f"t{number - 1}"}))  # type: ignore[misc]
        for number in range(1, 9)
    ]
    make_side_by_side(connections, steps[::-1], lambda _: None)
    assert connections[1].execute("SELECT n FROM t8").fetchall() == [(36,)]


def test_an_error_breaks_off_what_is_being_made_and_begins_nothing_more(
    connections: list[duckdb.DuckDBPyConnection],
) -> None:
    begun: list[str] = []

    def fail(con: duckdb.DuckDBPyConnection) -> None:
        time.sleep(0.3)
        con.execute("SELECT error('spilled')").fetchall()

    endless = "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range * b.range = 7"
    steps = [
        Step("endless", lambda con: con.execute(endless).fetchall() and None),
        Step("fails", fail),
        Step("later", lambda con: None, frozenset({"fails"})),
    ]
    started = time.perf_counter()
    with pytest.raises(duckdb.Error, match="spilled"):
        make_side_by_side(connections, steps, begun.append)
    assert begun == ["endless", "fails"]
    assert time.perf_counter() - started < 60  # the other would go on for weeks


def test_steps_that_need_one_another_are_refused(connections: list[duckdb.DuckDBPyConnection]) -> None:
    steps = [Step("a", lambda con: None, frozenset("b")), Step("b", lambda con: None, frozenset("a"))]
    with pytest.raises(ValueError, match="cycle"):
        make_side_by_side(connections, steps, lambda _: None)
