"""Files about firms: the product sets aside what was planted and nothing else, and every line means the right firm."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from stdnum.cn import uscc

from citybrain.demo.departments import World
from citybrain.demo.economy.activity import CLOSING_DAY, HABITS, NEVER, RETURN_DAY, activity_of
from citybrain.demo.economy.enterprises import write_enterprises
from citybrain.demo.economy.files import EconomyFiles
from citybrain.demo.economy.written_firms import written_firms
from citybrain.demo.firms import firms_of
from citybrain.demo.geography import lay_out
from citybrain.demo.period import FIRST_DAY, day
from tests.demo.department_world import Delivered, deliver, expected_reproaches

FEEDS = (
    "market.enterprises", "market.individual_businesses", "statistics.surveyed_enterprises", "statistics.monthly_economy",
    "tax.payments", "power.electricity", "industry.resumption", "industry.production",
)  # fmt: skip
TOWN = {"town_unknown": "area:area.unknown_name", "town_missing": "area:required.missing"}
REGISTER = TOWN | {
    "code_wrong_character": "credit_code:credit_code.checksum",
    "code_15_digits": "credit_code:credit_code.old_registration_number",
    "date_impossible": "registered_on:date.impossible",
}
REASONS = {
    "enterprises": REGISTER,
    "individual_businesses": REGISTER,
    "surveyed_enterprises": TOWN,
    "economy": TOWN | {"value_error": "value:decimal.unreadable"},
    "tax_payments": {"tax_error": "tax_yuan:decimal.unreadable", "month_impossible": "month_on:date.impossible"},
    "electricity": {"reading_error": "used_kwh:decimal.unreadable", "date_impossible": "period_on:date.impossible"},
    "resumption": TOWN | {"date_impossible": "reported_on:date.impossible"},
    "production": {"quantity_vague": "quantity:decimal.unreadable", "day_impossible": "produced_on:date.impossible"},
}
"""Beginning of a file's name -> kind of fault that costs the row -> the reason that the product should give."""
HARMLESS = {"code_lower_case", "capital_foreign", "staff_vague", "town_blank"}
TAX_TOWN = ("tax_payments", "town_unknown")


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    return deliver(tmp_path_factory.mktemp("firms"), (EconomyFiles,), FEEDS, 60_000)


@pytest.fixture(scope="module")
def firms(delivered: Delivered) -> pl.DataFrame:
    return pl.read_parquet(delivered.world.truth / "firms.parquet")


def meant(delivered: Delivered, firms: pl.DataFrame, feed: str) -> pl.DataFrame:
    """The accepted rows of a feed, each with the firm that is really meant and the faults of the line."""
    mentions = delivered.planted.firm_mentions.with_columns(pl.col("file", "fault").cast(pl.String))
    true = mentions.join(firms.rename(lambda c: c if c == "firm" else f"true_{c}"), on="firm")
    rows = delivered.rows(feed)
    both = rows.join(true, on=["file", "line"])
    assert both.height == rows.height
    return both


def test_quarantine_holds_what_was_planted_and_nothing_else(delivered: Delivered) -> None:
    # The tax office works where the firm is, and a place that nobody knows costs no payment.
    lenient = {(f, n) for f, n, k in delivered.planted.faults.select("file", "line", "kind").iter_rows()
               if "tax_payments" in f and k == "town_unknown"}  # fmt: skip
    reasons = {**REASONS, "tax_payments": {**REASONS["tax_payments"], "town_unknown": ""}}
    expected = {r for r in expected_reproaches(delivered, reasons, sorted(HARMLESS)) if r[:2] not in lenient}
    assert {reason for _, _, reason in expected} >= {"area:area.unknown_name", "credit_code:credit_code.checksum"}
    assert len(expected) > 60
    assert delivered.quarantined() == expected


def test_rows_in_are_accepted_quarantined_or_duplicates_and_no_file_is_refused(delivered: Delivered) -> None:
    repeats = delivered.planted.faults.filter(pl.col("kind") == "duplicate")["file"].value_counts()
    assert [b.error for b in delivered.batches if b.error] == []
    assert {b.feed for b in delivered.batches} == set(FEEDS)
    assert all(b.rows_in == b.accepted + b.quarantined + b.duplicate > 0 for b in delivered.batches)
    assert {b.path: b.duplicate for b in delivered.batches if b.duplicate} == dict(repeats.iter_rows())


def test_findings_speak_of_planted_cells_only(delivered: Delivered) -> None:
    findings = {finding for b in delivered.batches for finding in b.findings}
    assert all("could not be read" in finding for finding in findings), findings


def test_a_line_without_fault_states_the_code_and_the_name_of_its_firm(
    delivered: Delivered, firms: pl.DataFrame
) -> None:
    for feed in ("power.electricity", "tax.payments", "industry.resumption", "industry.production"):
        rows = meant(delivered, firms, feed)
        clean = rows.filter(pl.col("fault") == "")
        assert clean["credit_code"].equals(clean["true_credit_code"].alias("credit_code"))
        assert clean["enterprise_name"].equals(clean["true_enterprise_name"].alias("enterprise_name"))
        assert clean.height > 0.6 * rows.height


def test_faults_of_codes_and_names_are_what_they_are_called(delivered: Delivered, firms: pl.DataFrame) -> None:
    rows = meant(delivered, firms, "power.electricity")
    kinds = {kind for fault in rows["fault"].unique() for kind in fault.split("+")}
    assert {"code_missing", "code_15_digits", "name_short", "name_former"} <= kinds
    for kind, holds in {
        "code_missing": pl.col("code_written").is_null() | (pl.col("code_written") == "无"),
        "code_15_digits": pl.col("code_written").str.len_chars() == 15,
        "code_substitution": pl.col("credit_code").is_null() | (pl.col("credit_code") != pl.col("true_credit_code")),
        "code_lower_case": pl.col("credit_code") == pl.col("true_credit_code"),
        "name_former": pl.col("enterprise_name") == pl.col("true_former_name"),
        "name_short": "青禾县" + pl.col("enterprise_name") == pl.col("true_enterprise_name"),
    }.items():
        assert rows.filter(pl.col("fault").str.split("+").list.contains(kind)).select(holds.all()).item(), kind


def test_registered_firms_are_as_they_truly_are(delivered: Delivered, firms: pl.DataFrame) -> None:
    """Capital in a dozen spellings, dates in six and towns in four come out as the one true value."""
    both = pl.concat([meant(delivered, firms, feed) for feed in FEEDS[:2]], how="diagonal_relaxed")
    assert both.height > 0.97 * delivered.world.firms.height
    assert both["credit_code"].equals(both["true_credit_code"].alias("credit_code"))
    assert both["area"].equals(both["true_township_code"].alias("area"))
    assert both["registered_on"].equals(both["true_registered_on"].alias("registered_on"))
    assert both["staff"].equals(both["true_staff"].alias("staff"))
    stated = both.filter(pl.col("capital_yuan").is_not_null())
    assert ((stated["capital_yuan"] - stated["true_capital_wan"] * 10_000).abs() < 0.01).all()
    assert 0 < both.height - stated.height < 0.01 * both.height
    individual = both.filter("true_is_individual")
    assert set(individual["enterprise_type"]) == {"个体工商户"}
    assert individual["file"].str.contains("individual").all()


def test_staff_by_origin_adds_up_and_revenue_is_in_yuan(delivered: Delivered, firms: pl.DataFrame) -> None:
    rows = meant(delivered, firms, "statistics.surveyed_enterprises").drop_nulls("staff_outside")
    assert (rows["staff_county"] + rows["staff_province"] + rows["staff_outside"]).equals(
        rows["staff"].alias("staff_county")
    )
    assert rows["staff"].equals(rows["true_staff"].alias("staff"))
    assert set(rows["year_on"]) == {dt.date(2019, 1, 1)}
    assert (rows["revenue_yuan"] / rows["staff"]).is_between(20_000, 5_000_000).all()
    wrong = delivered.planted.discrepancies.filter(pl.col("rule") == "register_statistics")
    differs = rows.filter(pl.col("area") != pl.col("true_township_code"))
    assert set(differs["true_credit_code"]) <= set(wrong["left_ref"])
    assert not wrong.is_empty()


def test_months_are_the_sums_of_their_townships(delivered: Delivered) -> None:
    rows = delivered.rows("statistics.monthly_economy")
    assert set(rows["measure"]) == {"industrial_output_yuan", "retail_sales_yuan", "investment_yuan"}
    assert set(rows["period_on"]) == {
        *(dt.date(2019, m, 1) for m in range(1, 13)),
        dt.date(2020, 1, 1),
        dt.date(2020, 2, 1),
    }
    by_month = rows.group_by("measure", "period_on").agg(pl.col("value").mean())
    value = {(m, on): v for m, on, v in by_month.iter_rows()}
    for measure in set(rows["measure"]):
        assert value[measure, dt.date(2020, 2, 1)] < 0.9 * value[measure, dt.date(2019, 2, 1)]


def test_electricity_follows_true_activity(delivered: Delivered, firms: pl.DataFrame) -> None:
    activity = pl.read_parquet(delivered.world.truth / "firm_activity.parquet")
    used = meant(delivered, firms, "power.electricity").group_by("firm", "true_credit_code", "period_on", "true_is_dormant").agg(
        pl.col("used_kwh").sum(), pl.len()
    )  # fmt: skip
    both = used.join(activity, left_on=["true_credit_code", "period_on"], right_on=["credit_code", "week_on"])
    assert both.height == used.height
    usual = pl.col("used_kwh").max().over("firm", "len")
    share = both.with_columns(share=pl.col("used_kwh") / usual).filter(~pl.col("true_is_dormant"))
    assert share.filter(pl.col("activity") == 0)["share"].max() < 0.2  # type: ignore[operator]
    assert share.filter(pl.col("activity") == 1)["share"].min() > 0.7  # type: ignore[operator]
    assert (both.filter("true_is_dormant")["used_kwh"] == 0).all()


def test_claims_and_silences_are_exactly_those_that_the_electricity_belies(
    delivered: Delivered, firms: pl.DataFrame
) -> None:
    """The slow obvious rule over what the two departments delivered finds what was planted, and nothing else."""
    reports = meant(delivered, firms, "industry.resumption").sort("reported_on")
    says: dict[tuple[int, dt.date], bool] = {}
    for firm, on, since in reports.select("firm", "reported_on", "resumed_on").iter_rows():
        says[firm, on - dt.timedelta(days=on.weekday())] = since is not None and since <= on
    used: dict[tuple[int, dt.date], float] = {}
    for firm, on, kwh in (
        meant(delivered, firms, "power.electricity").select("firm", "period_on", "used_kwh").iter_rows()
    ):
        used[firm, on] = used.get((firm, on), 0) + kwh
    most: dict[int, float] = {}
    for (firm, _), kwh in used.items():
        most[firm] = max(most.get(firm, 0), kwh)
    code = dict(firms.select("firm", "credit_code").iter_rows())
    unread = {code[f] for f, line, _ in _unread_readings(delivered)}
    found = set()
    for firm, week in {*says, *used}:
        works = 0 < 0.3 * most.get(firm, 0) <= used.get((firm, week), 0)
        if week >= day(RETURN_DAY) and says.get((firm, week), False) != works and code[firm] not in unread:
            found.add((code[firm], week, "received_not_sent" if works else "sent_not_received"))
    rule = delivered.planted.discrepancies.filter(pl.col("rule") == "resumption_power")
    planted = {row for row in rule.select("left_ref", "period_on", "kind").iter_rows() if row[0] not in unread}
    assert {kind for _, _, kind in planted} == {"received_not_sent", "sent_not_received"}
    assert found == planted


def _unread_readings(delivered: Delivered) -> list[tuple[int, int, str]]:
    """Firm, line and kind of the meter readings that nobody could read: no rule can judge those firms."""
    faults = delivered.planted.faults.filter(pl.col("kind").is_in(["reading_error", "date_impossible"]))
    mentions = delivered.planted.firm_mentions.with_columns(pl.col("file").cast(pl.String))
    joined = mentions.join(faults, on=["file", "line"]).filter(pl.col("file").str.starts_with("power/"))
    return list(joined.select("firm", "line", "kind").iter_rows())


def test_production_is_in_pieces_by_day_within_the_capacity(delivered: Delivered) -> None:
    rows = delivered.rows("industry.production")
    assert set(rows["item"]) <= {"mask", "n95_mask", "gown", "disinfectant"}
    assert (rows["quantity"] <= 1.06 * rows["capacity"]).all()
    assert rows["produced_on"].min() >= day(CLOSING_DAY)  # type: ignore[operator]
    assert rows.select("enterprise_name", "item", "produced_on").is_unique().all()


def test_firms_of_other_counties_pay_tax_here_and_stand_in_no_register(
    delivered: Delivered, firms: pl.DataFrame
) -> None:
    outside = firms.filter("is_outside")
    paying = set(meant(delivered, firms, "tax.payments").filter("true_is_outside")["credit_code"].drop_nulls())
    registered = set(delivered.rows("market.enterprises")["credit_code"])
    strange = delivered.planted.discrepancies.filter(pl.col("kind") == "lives_outside")
    assert set(outside["credit_code"]) >= set(strange["left_ref"])
    assert len(set(strange["left_ref"])) > 0.8 * outside.height
    assert paying & set(outside["credit_code"]) <= set(strange["left_ref"])
    assert not set(outside["credit_code"]) & registered
    assert all(uscc.is_valid(code) for code in outside["credit_code"])


def test_companies_without_a_declaration_are_known_with_their_reason(delivered: Delivered, firms: pl.DataFrame) -> None:
    """Every company of the register that is not on the list of a month is dormant, forgot, or its line was spoilt."""
    companies = firms.filter(~pl.col("is_individual"), ~pl.col("is_outside"))
    lists = delivered.planted.firm_mentions.with_columns(pl.col("file").cast(pl.String)).filter(
        pl.col("file").str.starts_with("tax/")
    )
    rule = delivered.planted.discrepancies.filter(pl.col("rule") == "register_tax", pl.col("kind") != "lives_outside")
    months = {"tax/tax_payments_201911.csv": 11, "tax/tax_payments_201912.csv": 12, "tax/tax_payments_202001.csv": 1}
    for file, month in months.items():
        absent = companies.filter(~pl.col("firm").is_in(lists.filter(pl.col("file") == file)["firm"].to_list()))
        told = rule.filter(pl.col("period_on").dt.month() == month)
        assert set(absent["credit_code"]) == set(told["left_ref"])
        assert set(told.filter(pl.col("kind") == "definition")["left_ref"]) == set(
            companies.filter("is_dormant")["credit_code"]
        )


def small_world(root: Path, residents: int, days: int) -> World:
    county = lay_out(5, 6)
    return World(5, county, residents, days, root / "extracts", root / "truth", firms_of(5, county, residents))


def test_firms_close_for_the_festival_and_come_back_by_trade(tmp_path: Path) -> None:
    world = small_world(tmp_path, 200_000, 56)
    activity = activity_of(world)
    weekly = activity.weekly()
    alive = ~activity.is_dormant
    assert weekly[alive, 0].min() == 1
    assert weekly[alive, 3].mean() < 0.5 * weekly[alive, 7].mean() < 0.5
    restaurants = alive & world.firms["industry"].str.starts_with("H").to_numpy()
    factories = alive & world.firms["industry"].is_in(["C1312", "C2110", "C3311"]).to_numpy()
    assert weekly[restaurants, 6].mean() < 0.5 * weekly[factories, 6].mean()
    back = activity.resumed_day[(activity.resumed_day < NEVER)]
    assert (back % 7 <= 3).all()
    closed = activity.closed_day < NEVER
    assert 0 < (activity.resumed_day[closed] == NEVER).mean() < 0.08
    assert set(world.firms["industry"].str.slice(0, 1)) <= {h.code[0] for h in HABITS}


def test_a_month_before_the_period_is_usual_and_february_is_not(tmp_path: Path) -> None:
    activity = activity_of(small_world(tmp_path, 40_000, 56))
    alive = ~activity.is_dormant
    assert (activity.in_month(dt.date(2019, 12, 1))[alive] == 1).all()
    january, february = (activity.in_month(dt.date(2020, m, 1)) for m in (1, 2))
    first = (day(0) - dt.date(2020, 1, 1)).days
    slow = (first * alive + activity.daily[:, : 31 - first].sum(axis=1)) / 31
    assert np.allclose(january, slow)
    assert february[alive].mean() < january[alive].mean() < 1


def test_no_two_firms_share_a_code_or_a_name(tmp_path: Path) -> None:
    firms = small_world(tmp_path, 2_000_000, 7).firms
    assert firms["credit_code"].is_unique().all() and firms["enterprise_name"].is_unique().all()
    former = firms["former_name"].filter(firms["former_name"] != "")
    assert former.is_unique().all() and not set(former) & set(firms["enterprise_name"])


def test_a_former_name_is_written_only_beside_the_right_code(tmp_path: Path) -> None:
    written = written_firms(np.random.default_rng(3), small_world(tmp_path, 400_000, 7).firms)
    former = written.filter(pl.col("firm_fault").str.contains("name_former"))
    assert former.height > 20
    assert former["code_written"].equals(former["credit_code"].alias("code_written"))
    assert former["name_written"].equals(former["former_name"].alias("name_written"))
    share = (written["firm_fault"].str.starts_with("code_")).mean()
    assert 0.04 < share < 0.09  # type: ignore[operator]


def test_a_list_too_long_for_a_workbook_comes_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citybrain.demo.economy.enterprises.MOST_WORKBOOK_ROWS", 100)
    monkeypatch.setattr("citybrain.demo.economy.enterprises.ROWS_A_PART", 60)
    world = small_world(tmp_path, 16_000, 7)
    planted = write_enterprises(world)
    files = sorted((tmp_path / "extracts" / "market").iterdir())
    assert [f.name for f in files[:2]] == ["enterprises_part_1.csv", "enterprises_part_2.csv"]
    lines = {f"market/{f.name}": f.read_text(encoding="utf-8").splitlines() for f in files}
    names = dict(world.firms.with_row_index("firm").select("firm", "enterprise_name").iter_rows())
    mentions = planted.firm_mentions.select(pl.col("file").cast(pl.String), "line", "firm")
    assert mentions.height == sum(len(rows) - 1 for rows in lines.values())
    assert all(names[firm] in lines[file][line - 1] for file, line, firm in mentions.iter_rows())


def test_files_come_on_the_day_after_their_week(delivered: Delivered) -> None:
    extracts = delivered.world.extracts
    first = (extracts / "power" / "electricity_2020-W02.csv").stat().st_mtime
    assert dt.datetime.fromtimestamp(first, dt.UTC).date() == FIRST_DAY + dt.timedelta(days=7)
