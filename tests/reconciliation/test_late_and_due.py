"""Late receipts, lists of those who are due in every period, and who cannot be from outside."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from citybrain.errors import ContractError
from tests.reconciliation.small_tables import cells, connect, reconcile, records, write_rule

DAY = [dt.date(2020, 2, 1) + dt.timedelta(days=n) for n in range(20)]
MONTH = [dt.date(2019, m, 1) for m in (10, 11, 12)]
CASES = 'from = "shared.cases"\nvalue = "count(*)"\non = "pushed_on"\nkey = ["case_no"]\n'
RECEIPTS = 'from = "shared.case_receipts"\nvalue = "count(*)"\non = "received_on"\nkey = ["case_no"]\n'
FOLLOWED = RECEIPTS + 'followed_by = ["contacted_on", "feedback_on"]\n'
FIRMS = 'from = "shared.enterprises"\nvalue = "count(DISTINCT credit_code)"\nkey = ["credit_code"]\nstanding = true\n'
TAX = 'from = "shared.tax_payments"\nvalue = "count(DISTINCT credit_code)"\non = "month_on"\nkey = ["credit_code"]\n'
DUE = 'period = "month"\nexpects = "within"\nhandover = true\nsearch_days = 0'


def test_what_was_done_after_it_tells_a_late_receipt_from_a_wrong_day(tmp_path: Path) -> None:
    rule = write_rule(tmp_path / "r", "late", 'period = "day"\nlag_days = 2\nsearch_days = 60', CASES, FOLLOWED)
    # Number -> day received, contacted.
    receipts = {"in_time": (2, 2), "late": (6, 6), "late_alone": (6, None), "wrong": (6, 1), "early": (-1, 1)}
    pushed = [{"case_no": n, "area_code": "11", "pushed_on": DAY[5]} for n in receipts]
    received = [
        {
            "case_no": n, "area_code": "11", "received_on": DAY[5 + on],
            "contacted_on": None if contact is None else DAY[5 + contact], "feedback_on": None,
        }
        for n, (on, contact) in receipts.items()
    ]  # fmt: skip
    with connect({"cases": pushed, "case_receipts": received}) as con:
        reconcile(con, rule)
        found = {(r["record_key"], r["side"]): r for r in records(con, "late")}
    expected = {"late": "late", "late_alone": "late", "wrong": "date_shift", "early": "date_shift"}
    assert {k: r["reason"] for k, r in found.items()} == {
        (n, s): r for n, r in expected.items() for s in ("left", "right")
    }
    assert found["late", "left"]["evidence_on"] == DAY[11]
    assert found["late", "right"]["evidence_on"] == DAY[5]


def test_who_never_files_has_nothing_to_file_and_who_files_otherwise_forgot(tmp_path: Path) -> None:
    rule = write_rule(tmp_path / "r", "filing", DUE, FIRMS + 'since = "registered_on"\n', TAX)
    registered = {
        "every": None,
        "forgot": dt.date(2001, 1, 1),
        "never": dt.date(2001, 1, 1),
        "new": dt.date(2019, 11, 20),
    }
    firms = [{"credit_code": c, "area_code": "11", "registered_on": on} for c, on in registered.items()]
    filed = [("every", 0), ("every", 1), ("every", 2), ("forgot", 0), ("forgot", 2), ("new", 1), ("unknown", 1)]
    returns = [{"credit_code": c, "area_code": "11", "month_on": MONTH[n]} for c, n in filed]
    with connect({"enterprises": firms, "tax_payments": returns}) as con:
        reconcile(con, rule)
        found = {(r["record_key"], r["period_on"]): r["reason"] for r in records(con, "filing")}
        seen = cells(con, "filing")
    never = {("never", m): "definition" for m in MONTH}
    # Whoever registered in November is not due before December; the return of November is no discrepancy.
    assert found == {**never, ("forgot", MONTH[1]): "sent_not_received", ("new", MONTH[2]): "sent_not_received"}
    assert [seen["11", str(m)]["left_count"] for m in MONTH] == [3, 3, 4]
    assert all(c["difference"] == c["left_only"] - c["right_only"] for c in seen.values())


def test_a_code_issued_here_is_nobody_from_outside(tmp_path: Path) -> None:
    left = TAX.replace('on = "month_on"\n', "")
    right = FIRMS.replace("standing = true\n", "")
    rule = write_rule(tmp_path / "r", "outside", 'period = "all"\nexpects = "within"\nlocals_only = true', left, right)
    codes = ("91379901MA00000001", "91379902MA00000002")
    returns = [{"credit_code": c, "area_code": "11"} for c in codes]
    firms = [{"credit_code": "91379901MA00000009", "area_code": "11"}]
    returns += firms
    with connect({"enterprises": firms, "tax_payments": returns}) as con:
        for table in ("areas", "area_ancestors"):
            con.execute(f"UPDATE shared.{table} SET area_code = '379901' WHERE area_code = '1'")
        con.execute("UPDATE shared.area_ancestors SET ancestor_code = '379901' WHERE ancestor_code = '1'")
        reconcile(con, rule)
        found = {r["record_key"]: r["reason"] for r in records(con, "outside")}
    assert found == {codes[0]: "unknown", codes[1]: "lives_outside"}


def test_whom_the_township_lists_at_another_time_lives_here(tmp_path: Path) -> None:
    side = 'from = "shared.{}"\nvalue = "count(*)"\non = "screened_on"\nkey = ["person_key"]\n'
    head = 'period = "day"\nhandover = true\nlocals_only = true\nsearch_days = 0'
    rule = write_rule(tmp_path / "r", "fevers", head, side.format("screenings"), side.format("follow_ups"))
    visits = [{"person_key": p, "area_code": "11", "screened_on": DAY[1]} for p in (1, 2, 3)]
    listed = [{"person_key": p, "area_code": "11", "screened_on": DAY[d]} for p, d in ((1, 1), (2, 2), (9, 0))]
    residents = [{"person_key": 1, "area_code": "11"}]
    with connect({"screenings": visits, "follow_ups": listed, "residents": residents}) as con:
        reconcile(con, rule)
        found = {r["record_key"]: r["reason"] for r in records(con, "fevers") if r["side"] == "left"}
    assert found == {"2": "sent_not_received", "3": "lives_outside"}


@pytest.mark.parametrize(
    ("head", "left", "right", "message"),
    [
        ('period = "all"', FIRMS, TAX.replace('on = "month_on"\n', ""), "a standing list has no day"),
        ('period = "day"', CASES, RECEIPTS + 'followed_by = ["case_no"]\n', "which is no day"),
        ('period = "day"', CASES + 'followed_by = ["reported_on"]\n', RECEIPTS, "only the left side can be `standing`"),
        ('period = "month"', TAX, FIRMS, "only the left side can be `standing`"),
        ('period = "day"\nstale_days = 9', CASES, RECEIPTS, "are of totals"),
    ],
)
def test_what_is_declared_on_the_wrong_side_is_refused(
    tmp_path: Path, head: str, left: str, right: str, message: str
) -> None:
    with pytest.raises(ContractError) as refused:
        write_rule(tmp_path / "r", "rule", head, left, right)
    assert message in refused.value.sentence()
