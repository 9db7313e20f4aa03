"""The benchmark of the reconciliation lists exactly what the bare join leaves on one side, each with a reason."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks import reconciling


def test_every_record_of_the_bare_join_gets_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "WORK", tmp_path)
    file = str(reconciling.make_lists(20_000))
    bare, whole = reconciling.bare_join(file)(), reconciling.reconcile(file)()
    assert int(whole["records"]) > int(bare["records"]) > 14_000
    with duckdb.connect(file, read_only=True) as con:
        con.execute(
            "CREATE TEMP VIEW found AS SELECT side = 'right' AS is_right, batch, source_line, reason"
            " FROM marts.reconciliation_records"
        )
        missed = con.execute(
            "SELECT is_right, batch, source_line FROM bare EXCEPT SELECT is_right, batch, source_line FROM found"
        ).fetchall()
        more = con.execute(
            "SELECT DISTINCT reason FROM found ANTI JOIN bare USING (is_right, batch, source_line)"
        ).fetchall()
        reasons = {r for (r,) in con.execute("SELECT DISTINCT reason FROM found WHERE is_right").fetchall()}
    assert missed == []
    # A join pairs one row with two; a match does not.
    assert more == [("duplicate",)]
    assert reasons == {"date_shift", "duplicate", "received_not_sent", "wrong_township"}
