"""What a question answers: lines with a ratio, a target and a peer, printed as a table and kept as JSON."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Run

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Line:
    """One measured thing."""

    name: str
    value: float
    unit: str
    """`s`, `ms`, `MiB`, `errors`."""
    ratio: float | None = None
    """Against the floor or peer that the answer names."""
    peak_mib: float | None = None
    cpu_ratio: float | None = None
    """As `ratio`, in processor time."""
    target: str = ""
    """Such as `ratio ≤ 1.2` or `value < 2`; empty for floors and peers."""
    remark: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if not self.target:
            return None
        what, sign, bound = self.target.split()
        measured = {"ratio": self.ratio, "value": self.value, "peak": self.peak_mib}[what]
        if measured is None:
            return None
        return {"≤": measured <= float(bound), "<": measured < float(bound), "≥": measured >= float(bound)}[sign]


def compared(name: str, run: Run, floor: Run, target: str = "", remark: str = "") -> Line:
    """The line of a run beside the run that its ratio is taken of."""
    ratio, cpu_ratio = run.seconds / floor.seconds, run.cpu_seconds / floor.cpu_seconds
    return Line(name, run.seconds, "s", ratio, run.peak_mib, cpu_ratio, target, remark)


@dataclass(frozen=True)
class Answer:
    """The lines that answer one question."""

    question: str
    against: str
    """What a ratio of 1.0 means here."""
    lines: Sequence[Line] = field(default_factory=list)


def print_answer(answer: Answer, console: Console) -> None:
    """One table."""
    table = Table(
        title=answer.question, caption=f"ratio 1.00 = {answer.against}", title_justify="left", caption_justify="left"
    )
    for heading in ("", "measured", "ratio", "cpu ratio", "peak MiB", "target", ""):
        table.add_column(heading, justify="left" if heading in ("", "target") else "right")
    for line in answer.lines:
        mark = {True: "met", False: "NOT met", None: ""}[line.met]
        table.add_row(
            line.name,
            f"{line.value:,.3g} {line.unit}" if line.value < 100 else f"{line.value:,.0f} {line.unit}",
            "" if line.ratio is None else f"{line.ratio:.2f}",
            "" if line.cpu_ratio is None else f"{line.cpu_ratio:.2f}",
            "" if line.peak_mib is None else f"{line.peak_mib:,.0f}",
            line.target,
            " ".join(filter(None, [mark, line.remark])),
        )
    console.print(table)


def write_results(answers: Sequence[Answer], residents: int) -> Path:
    """All answers as JSON with the machine they were measured on; returns the file."""
    RESULTS.mkdir(exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    content = {"measured_at": now.isoformat(), "residents": residents, "machine": machine}
    file = RESULTS / f"{now:%Y%m%dT%H%M%SZ}-{residents}.json"
    text = json.dumps(content | {"answers": [asdict(answer) for answer in answers]}, ensure_ascii=False, indent=1)
    file.write_text(text, encoding="utf-8")
    return file
