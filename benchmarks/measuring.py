"""Seconds and peak memory of tasks that run in processes of their own, in turns."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

from benchmarks.child import RESULT, Facts

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """One task, run once."""

    seconds: float
    """Without the start of Python and the imports."""
    cpu_seconds: float
    """Of all threads together; says on a busy machine what the clock cannot."""
    peak_mib: float
    """Largest resident memory of the process or of a process it started."""
    facts: Facts


@dataclass(frozen=True)
class Alternative:
    """A task by name: `module:function` and its arguments."""

    target: str
    arguments: Mapping[str, str | int | float] = field(default_factory=dict)


class TaskFailed(Exception):
    """The task ended with an error; the message is its last words."""


def run_once(alternative: Alternative) -> Run:
    """Runs the task in a new process. Raises TaskFailed."""
    command = [sys.executable, "-m", "benchmarks.child", alternative.target, json.dumps(dict(alternative.arguments))]
    # Files instead of pipes: wait4, which knows the memory of this one child, must not race with a reader.
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        results = [line for line in out.read().splitlines() if line.startswith(RESULT)]
        if process.returncode or not results:
            words = err.read().strip().splitlines() or [f"exit {process.returncode}"]
            raise TaskFailed(f"{alternative.target}: {words[-1]}")
    result = json.loads(results[-1].removeprefix(RESULT))
    return Run(result["seconds"], result["cpu_seconds"], usage.ru_maxrss / 1024, result["facts"])


def take_turns(alternatives: Mapping[str, Alternative], rounds: int) -> dict[str, Run]:
    """The median run of each alternative; in every round each runs once, so that a busy moment hits all."""
    runs: dict[str, list[Run]] = {name: [] for name in alternatives}
    for _ in range(rounds):
        for name, alternative in alternatives.items():
            runs[name].append(run_once(alternative))
    return {name: _median(of_name) for name, of_name in runs.items()}


def _median(runs: Sequence[Run]) -> Run:
    middle = sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]
    cpu = statistics.median(run.cpu_seconds for run in runs)
    return Run(statistics.median(run.seconds for run in runs), cpu, max(run.peak_mib for run in runs), middle.facts)


def percentile(seconds: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest time that `share` of all do not exceed."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
