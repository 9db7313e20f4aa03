"""What people decided about pairs: a file that is only ever added to, read before any rule."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from citybrain.errors import ContractError, nearest

Verdict = Literal["same", "different"]
_VERDICTS = ("same", "different")


@dataclass(frozen=True)
class Decision:
    """One answer to one pair of the review table; of several about a pair the last one counts."""

    mention_key: int
    """Pseudonym of what the rows state, or of a person who turned out to have two numbers."""
    person_key: int
    verdict: Verdict
    by: str
    """The account of who decided."""
    at: str
    """When, as ISO 8601."""
    note: str = ""
    """Why; names nobody."""


def read_decisions(file: Path) -> list[Decision]:
    """Every pair's last decision, in the order of the file; none where there is no file.

    Raises:
        ContractError: a line is not a decision.
    """
    if not file.exists():
        return []
    last: dict[tuple[int, int], Decision] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            decision = _read(f"{file.name}:{number}", line)
            last[decision.mention_key, decision.person_key] = decision
    return list(last.values())


def _read(where: str, line: str) -> Decision:
    try:
        content = json.loads(line)
        decision = Decision(**content)
    except (ValueError, TypeError) as error:
        raise ContractError(where, "the line is no decision about a pair", remedy="Restore the file") from error
    if decision.verdict not in _VERDICTS:
        raise ContractError(
            where, "the verdict is unknown", found=f"'{decision.verdict}'",
            expected=" or ".join(_VERDICTS), remedy=nearest(str(decision.verdict), _VERDICTS),
        )  # fmt: skip
    if not isinstance(decision.mention_key, int) or not isinstance(decision.person_key, int):
        raise ContractError(where, "both sides of a decision are pseudonyms, which are whole numbers")
    return decision


def record_decision(file: Path, decision: Decision) -> None:
    """Adds a decision at the end of the file, and returns when it is on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as log:
        log.write(json.dumps(asdict(decision), ensure_ascii=False) + "\n")
        log.flush()
        os.fsync(log.fileno())


def merged_into(decisions: list[Decision]) -> dict[int, int]:
    """For every key that was decided to be another's: the key that stands for all of them.

    Chains are followed to their end; in a circle the smallest key stands for all.
    """
    step = {d.mention_key: d.person_key for d in decisions if d.verdict == "same"}
    ends = {}
    for key in step:
        path = [key]
        while path[-1] in step and step[path[-1]] not in path:
            path.append(step[path[-1]])
        last = path[-1]
        ends[key] = min(path[path.index(step[last]) :]) if last in step else last
    return {key: end for key, end in ends.items() if key != end}
