"""`/catalogue`: who already collects what, and the way of the data to each indicator, read out of the SQL."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from citybrain.models import load_models
from citybrain.query import local_user, open_city
from citybrain.query.lineage import RECORD_TABLES, TableColumnName, canonical_column, made_from, made_from_records
from citybrain.schema.records import RECORD_TYPES
from citybrain.schema.served import PROVENANCE, served_columns
from citybrain.schema.shared import SHARED_TABLES
from citybrain.web.navigation import PLACES


@pytest.mark.parametrize("model", load_models(), ids=lambda m: m.name)
def test_every_column_of_every_model_is_traced_to_tables_that_it_reads(model: Any) -> None:
    for column in SHARED_TABLES[model.name.split(".")[1]].columns():
        if column in PROVENANCE:
            continue
        origins = made_from(model.name, column)
        assert origins, column
        assert {o.table for o in origins} <= model.reads


def test_a_column_that_is_copied_is_traced_to_the_column_of_the_same_words() -> None:
    """The slow twin: of columns that a model without joins names as they are, sqlglot's own tree tells the source."""
    checked = 0
    for model in load_models():
        tree = sqlglot.parse_one(model.sql, dialect="duckdb")
        tables = list(tree.find_all(exp.Table))
        if not isinstance(tree, exp.Select) or len(tables) != 1 or tree.args.get("with_"):
            continue
        source = f"{tables[0].db}.{tables[0].name}"
        for chosen in tree.selects:
            plain = chosen.this if isinstance(chosen, exp.Alias) else chosen
            if isinstance(plain, exp.Column) and chosen.alias_or_name not in PROVENANCE:
                assert made_from(model.name, chosen.alias_or_name) == {TableColumnName(source, plain.name)}
                checked += 1
    assert checked > 50


def test_every_served_column_leads_back_to_a_column_of_its_record_type() -> None:
    for table, record in RECORD_TABLES.items():
        for served in set(served_columns(record)) - set(PROVENANCE):
            assert canonical_column(table, served) in record.columns(), f"{table}.{served}"


def test_the_rows_as_such_lead_to_all_that_a_table_is_made_from() -> None:
    reached = {s.table for s in made_from_records("shared.fever_visits", frozenset())}
    assert {"records.screenings", "records.follow_ups", "shared.screenings"} <= reached


@pytest.mark.parametrize(
    ("words", "feeds"),
    [("证件号", {"health.clinic", "township.list"}), ("RESIDENT_ID", {"health.clinic", "township.list"}),
     ("体温", {"health.clinic"}), ("发热人数", {"township.daily"}), ("备注说明", {"township.list"}), ("不存在的东西", set())],
)  # fmt: skip
def test_who_already_collects_it_is_found_by_header_column_and_meaning(
    told_snapshots: Path, words: str, feeds: set[str]
) -> None:
    fields = open_city(told_snapshots).find_fields(local_user(), words)
    assert {feed.feed for field in fields for feed, _column in field.collected} == feeds


def test_the_best_fit_comes_first_and_what_is_delivered_unused_is_said_so(
    told_snapshots: Path, told_client: Any
) -> None:
    first = open_city(told_snapshots).find_fields(local_user(), "体温")[0]
    assert (first.record, first.column) == ("screening", "temperature_c")
    assert "已交付，未使用" in told_client.get("/catalogue?q=备注说明").text


def test_an_indicator_leads_to_feeds_and_headers(told_snapshots: Path, told_client: Any) -> None:
    lineage = open_city(told_snapshots).lineage(local_user(), "fever_not_followed_up")
    found = {(o.record, o.column): [(f.feed, c.headers if c else ()) for f, c in o.feeds] for o in lineage.origins}
    assert found["screening", "area"] == [("health.clinic", ("住址",))]
    assert found["follow_up", ""] == [("township.list", ())]
    page = told_client.get("/catalogue/indicators/fever_not_followed_up").text
    drawing = re.search(r"<svg.*?</svg>", page)
    assert drawing
    boxes = set(re.findall(r'<a href="/catalogue/([^"]+)"', drawing[0]))
    assert {
        "feeds/health.clinic",
        "records/screening",
        "tables/fever_visits",
        "indicators/fever_not_followed_up",
    } <= boxes


def test_a_measure_leads_to_the_feeds_that_state_it(told_snapshots: Path) -> None:
    lineage = open_city(told_snapshots).lineage(local_user(), "fever_reported")
    stated = [(f.feed, c.headers) for o in lineage.origins if o.column == "value" for f, c in o.feeds if c]
    assert stated == [("township.daily", ("发热人数",))]


def test_every_indicator_feed_record_type_and_table_has_a_page(told_snapshots: Path, told_client: Any) -> None:
    city, asker = open_city(told_snapshots), local_user()
    indicators = [f"indicators/{i.code}" for i in city.indicators(asker)]
    for code in indicators[:: max(1, len(indicators) // 12)]:
        assert told_client.get(f"/catalogue/{code}").status_code == 200, code
    for feed in city.feeds_status(asker):
        assert told_client.get(f"/catalogue/feeds/{feed.feed}").status_code == 200
    for name in list(RECORD_TYPES)[::6]:
        assert told_client.get(f"/catalogue/records/{name}").status_code == 200
    for name in list(SHARED_TABLES)[::8]:
        assert told_client.get(f"/catalogue/tables/{name}").status_code == 200


def test_the_lists_link_everything_they_name(told_client: Any) -> None:
    for show, kind in (("feeds", "feeds"), ("tables", "records"), ("tables", "tables"), ("indicators", "indicators")):
        links = re.findall(rf'href="/catalogue/{kind}/([^"?]+)', told_client.get(f"/catalogue?show={show}").text)
        assert links
        assert told_client.get(f"/catalogue/{kind}/{links[-1]}").status_code == 200


def test_terms_of_the_contract_are_shown(told_client: Any) -> None:
    page = told_client.get("/catalogue/feeds/township.list").text
    assert "《传染病防治法》第三十条" in page
    assert "疫情防控" in page


@pytest.mark.parametrize("address", ["feeds/x.y", "records/screeninng", "tables/nothing", "indicators/nothing"])
def test_what_is_not_there_is_404_with_a_sentence(told_client: Any, address: str) -> None:
    assert told_client.get(f"/catalogue/{address}").status_code == 404


def test_what_is_asked_for_never_becomes_markup(told_client: Any) -> None:
    page = told_client.get("/catalogue", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_snapshot_that_tells_no_terms_still_has_a_catalogue(client: Any) -> None:
    assert "发热门诊筛查登记" in client.get("/catalogue").text
    assert "citybrain build" in client.get("/catalogue/feeds/health.screening").text
    assert "/catalogue" in PLACES


def test_columns_of_record_types_are_told_in_the_language_of_the_reader(told_client: Any) -> None:
    chinese = told_client.get("/catalogue/records/screening").text
    assert "发热门诊筛查" in chinese
    assert "就诊时间" in chinese
    assert "本人现住区域，而非门诊所在地。" in chinese
    assert "Body temperature." not in chinese
    english = told_client.get("/catalogue/records/screening?lang=en").text
    assert "Body temperature." in english
    assert "就诊时间" not in english


def test_a_feed_says_when_it_is_due_and_since_when_it_delivers(told_client: Any, told_snapshots: Path) -> None:
    feed = open_city(told_snapshots).catalogue(local_user())[0].feed
    page = told_client.get(f"/catalogue/feeds/{feed}?lang=en").text
    assert "<dt>Due</dt>" in page
    assert re.search(r"<dt>Delivers since</dt><dd>\d{4}-", page)
