"""How many rows of a delivery became what, and whether that is what the contract expects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import duckdb

from citybrain.contracts.contract import Contract
from citybrain.errors import DeliveryError
from citybrain.ingest.batches import Batch, RowState
from citybrain.ingest.checked import Checked

Tally = Mapping[int, Counter[int]]
"""Batch -> RowState -> rows."""


def count_states(con: duckdb.DuckDBPyConnection, checked: Sequence[Checked]) -> Tally:
    """The rows of each delivery by what became of them, the repeats found so far among them."""
    tally: dict[int, Counter[int]] = defaultdict(Counter)
    for one in checked:
        judged = con.execute(f"SELECT _batch, _state, count(*) FROM {one.rows} GROUP BY ALL").fetchall()
        for batch, state, rows in judged:
            tally[batch][state] += rows
    for batch, state, rows in con.execute("SELECT batch, state, count(*) FROM repeats GROUP BY ALL").fetchall():
        tally[batch][state] += rows
        tally[batch][RowState.ACCEPTED] -= rows
    return tally


def counted(batch: Batch, states: Counter[int], blanked: Mapping[str, int]) -> Batch:
    """The batch with its counts; `blanked` has the rows for each reason (`column:reason`) to leave a value empty."""
    taken = (RowState.ACCEPTED, RowState.QUARANTINED, RowState.DUPLICATE)
    # A correction comes with the rows that the department left as they were: they are duplicates of those it corrects.
    return replace(
        batch,
        rows_in=sum(states[state] for state in taken) + batch.duplicate,
        accepted=states[RowState.ACCEPTED],
        quarantined=states[RowState.QUARANTINED],
        duplicate=states[RowState.DUPLICATE] + batch.duplicate,
        layout=batch.layout + states[RowState.LAYOUT],
        out_of_scope=states[RowState.OUT_OF_SCOPE],
        blanked=dict(blanked),
    )


def findings_of(batches: Iterable[Batch]) -> tuple[str, ...]:
    """What people should know of some batches of a feed, each sentence once; of values left empty one sentence a column."""
    sentences: dict[str, None] = {}
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    files: Counter[str] = Counter()
    for batch in batches:
        sentences |= dict.fromkeys(batch.findings)
        for why, rows in batch.blanked.items():
            column, reason = why.split(":", 1)
            reasons[column][reason.rpartition(".")[2]] += rows
        files.update({why.split(":", 1)[0] for why in batch.blanked})
    return (*sentences, *(_left_empty(column, counts, files[column]) for column, counts in reasons.items()))


def _left_empty(column: str, counts: Counter[str], files: int) -> str:
    rows = counts.total()
    why = ", ".join(f"{reason} {many}" for reason, many in sorted(counts.items(), key=lambda c: (-c[1], c[0])))
    return (
        f"`{column}` could not be read in {rows} row{'s' * (rows != 1)} of {files} file{'s' * (files != 1)}"
        f" and was left empty there ({why})."
    )


def count_blanked(con: duckdb.DuckDBPyConnection) -> Mapping[int, dict[str, int]]:
    """For each batch of the temp table `set_aside`: reasons for which a value was left empty in an accepted row, rows."""
    blanked: dict[int, dict[str, int]] = defaultdict(dict)
    found = con.execute(
        "SELECT batch, reason, count(*) FROM (SELECT batch, unnest(reasons) AS reason FROM set_aside"
        f" WHERE state = {RowState.ACCEPTED:d}) GROUP BY ALL ORDER BY batch, reason"
    ).fetchall()
    for batch, reason, rows in found:
        blanked[batch][reason] = rows
    return blanked


def check_expected(contract: Contract, batch: Batch) -> None:
    """Holds a counted delivery against `[expect]`.

    Raises:
        DeliveryError: it has too few or too many rows, or too many of them break the contract.
    """
    bounds = contract.expect
    low, high = bounds.min_rows, bounds.max_rows
    if (low is not None and batch.rows_in < low) or (high is not None and batch.rows_in > high):
        raise DeliveryError(
            batch.file_name,
            "the number of rows is outside what the contract expects, so nothing of it was loaded",
            found=f"{batch.rows_in} rows",
            expected=f"between {low or 0} and {high if high is not None else 'any number of'} rows",
            remedy=f"The department checks the extract; if it is right, widen [expect] in {contract.file.name}",
        )
    share = 100 * batch.quarantined / batch.rows_in if batch.rows_in else 0.0
    if bounds.max_quarantined_pct is not None and share > bounds.max_quarantined_pct:
        raise DeliveryError(
            batch.file_name,
            "too many rows break the contract, so nothing of it was loaded",
            found=f"{share:.1f} % of {batch.rows_in} rows",
            expected=f"at most {bounds.max_quarantined_pct:g} %",
            remedy=f"The department checks the extract; if it is right, widen [expect] in {contract.file.name}",
        )
