"""How long hand-overs take: those that still wait are counted, and known medians are found again."""

from __future__ import annotations

import datetime as dt
import statistics
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from citybrain.errors import ContractError
from citybrain.indicators.indicator import Words
from citybrain.reporting.clocks import STANDARD_CLOCKS, Clock, load_clocks, read_clock
from citybrain.reporting.delays import build_delays, sql_kaplan_meier
from citybrain.schema.shared.joined import CaseWays

NOW = dt.datetime(2020, 3, 1, 12, tzinfo=dt.UTC)
RECEIPT = Clock("receipt", Words("接收", "Receipt"), "pushed_at", "received_at", 24.0)
CONTACT = Clock("contact", Words("联系", "Contact"), "received_at", "contacted_at")
VISIT = Clock("visit", Words("就诊", "Visit"), "onset_on", "visited_on", handover=False)
REPORT = Clock("report", Words("报告", "Report"), "confirmed_at", "reported_at", 2.0, "《规范》")


def hours_ago(hours: float) -> dt.datetime:
    return (NOW - dt.timedelta(hours=hours)).replace(tzinfo=None)


def built(cases: list[dict[str, Any]], clocks: list[Clock]) -> duckdb.DuckDBPyConnection:
    """The three tables over cases of county `c` with townships `a` and `b`."""
    con = duckdb.connect()
    columns = ", ".join(f"{n} {c.sql_type}" for n, c in CaseWays.columns().items())
    con.execute(f"CREATE SCHEMA shared; CREATE TABLE shared.case_ways ({columns})")
    con.execute("CREATE TABLE shared.area_ancestors AS SELECT * FROM (VALUES ('a', 'a'), ('a', 'c'), ('b', 'b'), ('b', 'c'))"
                " AS t(area_code, ancestor_code)")  # fmt: skip
    for number, case in enumerate(cases):
        row = {"case_no": f"n{number}", "area_code": "a", "batch": 1, "source_line": number + 2} | case
        marks = ", ".join("?" * len(row))
        con.execute(f"INSERT INTO shared.case_ways ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    build_delays(con, clocks, NOW, "Asia/Shanghai")
    return con


def delay(
    con: duckdb.DuckDBPyConnection, clock: str = "receipt", area: str | None = "c", facility: str | None = None
) -> dict[str, Any]:
    """One row of marts.delays."""
    rows = con.sql("SELECT * FROM marts.delays").pl().iter_rows(named=True)
    [row] = [r for r in rows if (r["clock"], r["area_code"], r["facility"]) == (clock, area, facility)]
    return row


def pushed(took: float | None, started: float, **more: Any) -> dict[str, Any]:
    """A case pushed `started` hours ago and received after `took` hours, or not yet."""
    received = None if took is None else hours_ago(started - took)
    return {"pushed_at": hours_ago(started), "received_at": received} | more


TREATED = [(6, 3), (7, 1), (10, 1), (13, 1), (16, 1), (22, 1), (23, 1)]
STILL_WAITING = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def test_the_published_median_of_the_leukaemia_trial_is_found() -> None:
    # Weeks of remission under 6-MP, as hours (Freireich et al. 1963): the published median is 23.
    closed = [pushed(float(t), t + 500.0) for t, count in TREATED for _ in range(count)]
    waiting = [pushed(None, float(t)) for t in STILL_WAITING]
    found = delay(built([*closed, *waiting], [RECEIPT]))
    assert (found["closed"], found["open"]) == (9, 12)
    assert found["median_hours"] == 23
    assert found["median_closed_hours"] == 10


def test_with_a_known_true_median_the_closed_ones_alone_are_too_short() -> None:
    rng = np.random.default_rng(7)
    true_median = 24.0
    took = rng.exponential(true_median / np.log(2), 3000)
    started = rng.uniform(0, 60, 3000)
    frame = pl.DataFrame(
        {"g": 1, "hours": np.minimum(took, started), "state": np.where(took <= started, "closed", "open")}
    )
    with duckdb.connect() as con:
        con.register("waits", frame.to_arrow())
        [(_, median)] = con.execute(sql_kaplan_meier("waits", ("g",))).fetchall()
    closed = float(np.median(took[took <= started]))
    assert closed < 0.65 * true_median
    assert median == pytest.approx(true_median, rel=0.08)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60))
def test_the_median_is_that_of_another_implementation(waits: list[tuple[int, bool]]) -> None:
    frame = pl.DataFrame(
        {"g": 1, "hours": [float(h) for h, _ in waits], "state": ["closed" if c else "open" for _, c in waits]}
    )
    with duckdb.connect() as con:
        con.register("waits", frame.to_arrow())
        [(_, median)] = con.execute(sql_kaplan_meier("waits", ("g",))).fetchall()
    peer = SurvfuncRight([h for h, _ in waits], [int(c) for _, c in waits])
    reached = [time for time, waiting in zip(peer.surv_times, peer.surv_prob, strict=True) if waiting <= 0.5 + 1e-9]
    assert median == (min(reached) if reached else None)


def test_where_all_are_closed_both_medians_agree() -> None:
    found = delay(built([pushed(float(n), 900.0) for n in range(1, 12)], [RECEIPT]))
    assert found["median_hours"] == found["median_closed_hours"] == statistics.median(range(1, 12))


def test_where_more_than_half_still_wait_there_is_no_median_but_the_longest_time() -> None:
    found = delay(built([pushed(2.0, 90.0), pushed(None, 70.0), pushed(None, 50.0)], [RECEIPT]))
    assert found["median_hours"] is None and found["median_closed_hours"] == 2 and found["longest_hours"] == 70


def test_the_time_allowed_is_kept_broken_or_still_running() -> None:
    cases = [pushed(24.0, 90.0), pushed(24.1, 90.0), pushed(None, 30.0), pushed(None, 5.0)]
    con = built(cases, [RECEIPT])
    found = delay(con)
    assert (found["within"], found["beyond"], found["open_beyond"]) == (1, 2, 1)
    rows = con.execute(
        "SELECT case_no, open_hours, within_hours, since_at, source_line FROM marts.open_cases"
    ).fetchall()
    assert rows == [("n2", 30.0, 24.0, hours_ago(30), 4)]


def test_without_a_time_allowed_nothing_is_beyond_it() -> None:
    con = built([{"received_at": hours_ago(500)}], [CONTACT])
    assert [delay(con, "contact")[n] for n in ("within", "beyond", "open_beyond", "open")] == [None, None, None, 1]
    assert con.execute("SELECT count(*) FROM marts.open_cases").fetchall() == [(0,)]


def test_a_stage_that_nobody_wrote_down_is_neither_open_nor_closed() -> None:
    cases = [{"pushed_at": hours_ago(90), "contacted_at": hours_ago(40)}, pushed(3.0, 90.0)]
    found = delay(built(cases, [RECEIPT]))
    assert (found["closed"], found["open"], found["unclear"], found["median_hours"]) == (1, 0, 1, 3)


def test_what_was_done_before_the_clock_started_took_no_time() -> None:
    card = {"confirmed_at": hours_ago(10), "reported_at": hours_ago(30)}
    found = delay(built([card], [REPORT]), "report")
    assert (found["closed"], found["early"], found["within"], found["median_hours"]) == (1, 1, 1, 0)


def test_a_suspected_case_without_confirmation_still_waits_for_it() -> None:
    confirmation = Clock("confirmation", Words("确诊", "Confirmation"), "visited_on", "confirmed_on")
    case = {"visited_on": dt.date(2020, 2, 27), "reported_at": hours_ago(40)}
    found = delay(built([case], [confirmation]), "confirmation")
    # 1 March, 20:00 local time.
    assert (found["open"], found["longest_hours"]) == (1, 3 * 24)


def test_delays_are_told_for_institutions_and_for_areas_with_all_below() -> None:
    cases = [pushed(1.0, 90.0, area_code="a", facility="县医院"), pushed(5.0, 90.0, area_code="b", facility="县医院"),
             pushed(9.0, 90.0, area_code="b")]  # fmt: skip
    con = built(cases, [RECEIPT])
    assert [delay(con, area=area)["median_hours"] for area in ("a", "b", "c")] == [1, 5, 5]
    assert delay(con, area=None, facility="县医院")["closed"] == 2


def test_the_slowest_hand_over_is_an_authority_s_and_may_be_one_that_is_still_open() -> None:
    cases = [
        pushed(5.0, 200.0, contacted_at=hours_ago(194), onset_on=dt.date(2020, 1, 1), visited_on=dt.date(2020, 2, 20)),
        pushed(7.0, 200.0, area_code="b"),
    ]
    con = built(cases, [VISIT, RECEIPT, CONTACT])
    slowest = con.execute("SELECT area_code, clock FROM marts.delays WHERE is_slowest ORDER BY 1").fetchall()
    assert slowest == [("a", "receipt"), ("b", "contact"), ("c", "receipt")]


def test_the_standard_clocks_lead_from_onset_to_the_answer() -> None:
    clocks = load_clocks([STANDARD_CLOCKS])
    assert (clocks[0].start, clocks[-1].end) == ("onset_on", "feedback_at")
    assert [c.within_hours for c in clocks if c.legal_basis] == [2]


GOOD = 'title = { zh = "接收", en = "Receipt" }\nfrom = "pushed_at"\nto = "received_at"\nwithin_hours = 24\n'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"pushed_at"', '"pushd_at"', "no stage of a case.*'?pushd_at.*Did you mean 'pushed_at'"),
        ('"pushed_at"', '"feedback_at"', "from a stage to a later one"),
        ('"pushed_at"', '"onset_on"', "from day to day or from instant to instant"),
        ("24", "0", "a number above 0"),
        ("within_hours", "within", "unknown key `within`"),
        ("title", "[title", "not TOML"),
    ],
)
def test_a_wrong_clock_says_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "receipt.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert read_clock(file).within_hours == 24
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ContractError, match=f"(?s){said}"):
        read_clock(file)
