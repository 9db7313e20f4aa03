"""Does ten times the people take ten times the time, and how much memory?"""

from __future__ import annotations

from benchmarks.county import make_demo_county
from benchmarks.measuring import Alternative, take_turns
from benchmarks.registry import make_registry
from benchmarks.report import Answer, Line


def answer(residents: int, seed: int, rounds: int) -> Answer:
    """Ingest and whole build at a tenth of the size and at the size."""
    small = max(residents // 10, 1_000)
    factor = residents / small
    tasks = {}
    for size in (small, residents):
        tasks[f"ingest {size}"] = Alternative(
            "benchmarks.loading:ingest", {"project": str(make_registry(size).project)}
        )
        county = {"project": str(make_demo_county(size, seed))}
        tasks[f"build {size}"] = Alternative("benchmarks.building:build_from_nothing", county)
    runs = take_turns(tasks, rounds)

    def pair(name: str, task: str) -> list[Line]:
        before, after = runs[f"{task} {small}"], runs[f"{task} {residents}"]
        ratio, cpu_ratio = after.seconds / before.seconds / factor, after.cpu_seconds / before.cpu_seconds / factor
        return [
            Line(f"{name}, {small:,}", before.seconds, "s", peak_mib=before.peak_mib),
            Line(f"{name}, {residents:,}", after.seconds, "s", ratio, after.peak_mib, cpu_ratio, "ratio ≤ 1.2"),
        ]

    return Answer(
        f"Growing from {small:,} to {residents:,} residents",
        f"exactly {factor:g} times the time",
        [*pair("ingest of the registry", "ingest"), *pair("whole build", "build")],
    )
