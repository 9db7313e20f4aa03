"""Every planted disagreement is found with its reason and its evidence, and nothing else is accused."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from citybrain.reconciliation import STANDARD_RULES, Rule, build_reconciliation, load_rules
from tests.reconciliation.planted_fevers import CLINIC, FILES, FIRST, LIST, RULE, Fevers
from tests.reconciliation.scoring import KINDS, found_discrepancies, overall, score
from tests.reconciliation.small_tables import cells, connect, reconcile, records, write_rule


def fever_rule() -> Rule:
    return next(r for r in load_rules([STANDARD_RULES]) if r.id == RULE)


@pytest.fixture(scope="module", params=[1, 2])
def fevers(request: pytest.FixtureRequest) -> Fevers:
    return Fevers(request.param)


@pytest.fixture(scope="module")
def con(fevers: Fevers) -> Iterator[duckdb.DuckDBPyConnection]:
    tables = {
        "screenings": fevers.screenings, "follow_ups": fevers.follow_ups, "residents": fevers.residents,
        "residence_permits": fevers.permits,
    }  # fmt: skip
    with connect(tables) as made:
        made.execute("CREATE TABLE shared.batches (batch INTEGER, file_name VARCHAR)")
        made.executemany("INSERT INTO shared.batches VALUES (?, ?)", list(FILES.items()))
        reconcile(made, fever_rule())
        yield made


def test_each_of_the_seven_kinds_is_recovered(fevers: Fevers, con: duckdb.DuckDBPyConnection) -> None:
    scores = overall(score(pl.DataFrame(fevers.truth), found_discrepancies(con)))
    assert set(scores) == set(KINDS)
    for kind, found in scores.items():
        assert found.planted == 20
        assert found.recall >= 0.95, kind
        assert found.precision >= 0.95, kind


def test_a_wrong_answer_costs_recall_and_precision(fevers: Fevers) -> None:
    truth = pl.DataFrame(fevers.truth)
    half = truth.with_columns(kind=pl.when(pl.col("kind") == "duplicate").then(pl.lit("date_shift")).otherwise("kind"))
    scores = overall(score(truth, half.with_columns(record_key=pl.lit(""), repeats=pl.lit(""))))
    assert (scores["duplicate"].recall, scores["date_shift"].precision) == (0.0, 0.5)


def test_the_evidence_is_the_row_of_the_other_side(fevers: Fevers, con: duckdb.DuckDBPyConnection) -> None:
    wrong = {(t["left_ref"], t["right_ref"]) for t in fevers.truth if t["kind"] in ("wrong_township", "date_shift")}
    found = {
        (f"{FILES[r['batch']]}:{r['source_line']}", f"{FILES[r['evidence_batch']]}:{r['evidence_line']}")
        for r in records(con, RULE)
        if r["side"] == "left" and r["reason"] in ("wrong_township", "date_shift")
    }
    assert found == wrong
    duplicates = [r for r in records(con, RULE) if r["reason"] == "duplicate"]
    assert all((r["evidence_side"], r["evidence_batch"]) == ("right", LIST) for r in duplicates)
    assert all(r["evidence_line"] < r["source_line"] for r in duplicates)


def test_equal_totals_of_different_people_do_not_agree(tmp_path: Path) -> None:
    visit = {"area_code": "11", "screened_on": FIRST, "is_fever": True, "temperature_c": 39.0}
    listed = {"area_code": "11", "screened_on": FIRST}
    tables = {"screenings": [{**visit, "person_key": 1}], "follow_ups": [{**listed, "person_key": 2}]}
    with connect(tables) as con:
        reconcile(con, fever_rule())
        cell = cells(con, RULE)["11", str(FIRST)]
    assert (cell["difference"], cell["matched"], cell["left_only"], cell["right_only"]) == (0, 0, 1, 1)
    assert cell["status"] == "differs"


def test_a_match_that_linkage_alone_found_is_listed_without_an_amount() -> None:
    visit = {"area_code": "11", "screened_on": FIRST, "is_fever": True, "temperature_c": 39.0}
    listed = {"area_code": "11", "screened_on": FIRST}
    people = [{**visit, "person_key": n, "batch": CLINIC, "source_line": n} for n in (1, 2, 3)]
    found = [{**listed, "person_key": n, "batch": LIST, "source_line": n} for n in (1, 2, 77)]
    residents = [{"person_key": n, "area_code": "11"} for n in (1, 2, 3)]
    with connect({"screenings": people, "follow_ups": found, "residents": residents}) as con:
        con.execute("CREATE SCHEMA linkage")
        con.execute(
            "CREATE TABLE linkage.person_links AS SELECT 'follow_ups' AS table_name, 2 AS batch, line AS source_line, how"
            " FROM (VALUES (2, 'near_id'), (77, 'unlinked')) AS t(line, how)"
        )
        reconcile(con, fever_rule())
        listed_now = records(con, RULE)
        cell = cells(con, RULE)["11", str(FIRST)]
    said = {(r["side"], r["source_line"]): (r["reason"], r["amount"]) for r in listed_now}
    assert said == {
        ("left", 3): ("sent_not_received", Decimal(1)),
        ("right", 2): ("identifier_fault", Decimal(0)),
        ("right", 77): ("unknown", Decimal(1)),
    }
    assert (cell["matched"], cell["left_only"], cell["right_only"]) == (2, 1, 1)


def test_tolerance_is_the_more_generous_of_the_two(tmp_path: Path) -> None:
    left = 'from = "shared.supply_movements"\nvalue = "count(*)"\nwhere = "direction = \'issued\'"\n'
    rule = write_rule(
        tmp_path / "r",
        "t",
        'period = "all"\ntolerance = { absolute = 1, pct = 10 }',
        left,
        left.replace("issued", "received"),
    )
    wide = {"11": (20, 22), "12": (4, 5), "13": (4, 6)}
    rows = [
        {"direction": side, "area_code": area, "document_no": f"{side}{area}{n}"}
        for area, (issued, received) in wide.items()
        for side, count in (("issued", issued), ("received", received))
        for n in range(count)
    ]
    with connect({"supply_movements": rows}) as con:
        reconcile(con, rule)
        found = cells(con, "t")
    assert {a: found[a, None]["status"] for a in wide} == {
        "11": "within_tolerance", "12": "within_tolerance", "13": "differs"
    }  # fmt: skip


def test_only_stale_rules_are_computed_and_forgotten_rules_go(fevers: Fevers) -> None:
    rules = load_rules([STANDARD_RULES])
    with connect({"screenings": fevers.screenings, "follow_ups": fevers.follow_ups}) as con:
        first = build_reconciliation(con, rules)
        before = records(con, RULE)
        assert set(first.seconds) == {r.id for r in rules}
        con.execute("DELETE FROM shared.follow_ups")
        second = build_reconciliation(con, rules, {"cases_case_receipts"})
        assert (set(second.seconds), records(con, RULE)) == ({"cases_case_receipts"}, before)
        build_reconciliation(con, [r for r in rules if r.id != RULE], set())
        assert records(con, RULE) == []
        assert RULE not in {rule for (rule,) in con.execute("SELECT rule FROM marts.reconciliation_rules").fetchall()}
