"""`python -m benchmarks`: asks every question, prints the answers, keeps them in benchmarks/results/."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import (
    answering,
    building,
    crowd,
    cubing,
    growing,
    linkage,
    loading,
    peers,
    publishing,
    reconciling,
    redrawing,
    serving,
    soaking,
    zeros,
)
from benchmarks.measuring import TaskFailed
from benchmarks.report import Answer, print_answer, write_results

QUESTIONS = (
    "loading",
    "peers",
    "building",
    "cubing",
    "publishing",
    "growing",
    "answering",
    "serving",
    "crowd",
    "redrawing",
    "soaking",
    "linkage",
    "reconciling",
)


def main(
    only: Annotated[list[str] | None, typer.Argument(metavar="[QUESTION]…", help=f"Of {', '.join(QUESTIONS)}.")] = None,
    residents: Annotated[int, typer.Option(min=1_000, help="People in the registry and in the county.")] = 1_000_000,
    seed: Annotated[int, typer.Option(help="Of the demo county.")] = 1,
    rounds: Annotated[int, typer.Option(min=1, help="How often alternatives take turns; the median counts.")] = 3,
) -> None:
    """Measure CityBrain against floors and peers on this machine."""
    ask: dict[str, Callable[[], Answer]] = {
        "loading": lambda: loading.answer(residents, rounds),
        "peers": lambda: peers.answer(residents, rounds),
        "building": lambda: building.answer(residents, seed, rounds),
        "cubing": lambda: cubing.answer(residents, rounds),
        "publishing": lambda: publishing.answer(residents, seed),
        "growing": lambda: growing.answer(residents, seed, 1),
        "answering": lambda: answering.answer(residents, seed),
        "serving": lambda: serving.answer(residents, seed),
        "crowd": lambda: crowd.answer(residents, seed),
        "linkage": lambda: linkage.answer(residents, seed),
        "zeros": zeros.answer,
        "redrawing": redrawing.answer,
        "soaking": lambda: soaking.answer(residents, seed),
        "reconciling": lambda: reconciling.answer(residents, rounds),
    }
    wanted = only or QUESTIONS
    if unknown := set(wanted) - set(QUESTIONS):
        raise typer.BadParameter(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(QUESTIONS)}")
    console, answers, failed = Console(width=150), [], False
    for question in wanted:
        try:
            answers.append(ask[question]())
            print_answer(answers[-1], console)
        except TaskFailed as failure:
            failed = True
            console.print(f"{question}: not measured. {failure}", markup=False)
    console.print(f"Written to {write_results(answers, residents)}", markup=False)
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
