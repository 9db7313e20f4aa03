"""What answers are remembered, for how long, and what many who ask at once get."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from citybrain.query.memory import Memory


def test_the_same_question_is_answered_from_memory() -> None:
    memory, made = Memory(), []
    for _ in range(3):
        frame = memory.recall("q", lambda: made.append(1) or pl.DataFrame({"n": [len(made)]}))  # type: ignore[func-returns-value]
        assert frame["n"].to_list() == [1]


def test_many_who_ask_at_once_share_one_computation() -> None:
    memory, made, begun, go_on = Memory(), [], threading.Event(), threading.Event()

    def make() -> pl.DataFrame:
        made.append(threading.get_ident())
        begun.set()
        assert go_on.wait(20)
        return pl.DataFrame({"n": [7]})

    with ThreadPoolExecutor(8) as people:
        first = people.submit(memory.recall, "q", make)
        assert begun.wait(20)
        others = [people.submit(memory.recall, "q", make) for _ in range(7)]
        go_on.set()
        assert {f.result(20)["n"][0] for f in [first, *others]} == {7}
    assert len(made) == 1


def test_an_error_is_raised_to_all_and_asked_anew_the_next_time() -> None:
    memory = Memory()

    def fail() -> pl.DataFrame:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            memory.recall("q", fail)
    assert memory.recall("q", lambda: pl.DataFrame({"n": [1]}))["n"][0] == 1


def test_what_was_asked_longest_ago_is_forgotten_first() -> None:
    frame = pl.DataFrame({"n": range(100)}, schema={"n": pl.Int64})
    memory, made = Memory(most_bytes=2 * int(frame.estimated_size())), []

    def ask(name: str) -> None:
        memory.recall(name, lambda: made.append(name) or frame)  # type: ignore[func-returns-value]

    for name in ("a", "b", "a", "c", "a", "b"):
        ask(name)
    assert made == ["a", "b", "c", "b"]


def test_an_answer_larger_than_the_memory_is_given_and_not_kept() -> None:
    memory, made = Memory(most_bytes=1), []
    for _ in range(2):
        frame = memory.recall("q", lambda: made.append(1) or pl.DataFrame({"n": range(100)}))  # type: ignore[func-returns-value]
        assert frame.height == 100
    assert len(made) == 2


def test_what_is_kept_is_known_until_it_has_to_go() -> None:
    frame = pl.DataFrame({"n": range(100)}, schema={"n": pl.Int64})
    memory = Memory(most_bytes=2 * int(frame.estimated_size()))
    assert memory.known("a") is None
    for name in ("a", "b", "a", "c"):
        memory.keep(name, frame)
    assert [memory.known(name) is not None for name in "abc"] == [True, False, True]
