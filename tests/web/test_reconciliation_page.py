"""`/reconciliation`: rules, cells, one difference with its records and its ledger, on a city built from files."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from citybrain.operations import Ledger, open_operations
from citybrain.query import AccessContext, local_user, open_city
from citybrain.query.reconciliation import Asked
from citybrain.web import build_app
from citybrain.web.reconciliation.cell import masked
from tests.reporting.report_city import CHENGGUAN, HEKOU
from tests.web.told_city import DAY, RULE, SECRET
from tests.web.visitor import Visitor

CELL = f"/reconciliation/cell?rule={RULE}&area={CHENGGUAN}&period={DAY}"
ROW = re.compile(r'<tr><th scope="row"><a href="/reconciliation/cell.*?</tr>')


def test_the_overview_counts_what_the_query_layer_counts(told_client: Any, told_snapshots: Path) -> None:
    page = told_client.get("/reconciliation").text
    cells = open_city(told_snapshots).reconciliations(local_user(), Asked()).to_dicts()
    differing = sum(c["status"] == "differs" for c in cells)
    assert f"<strong>{differing:,}</strong>" in page
    listed = [c for c in cells if c["status"] in ("differs", "left_missing", "right_missing")]
    assert len(ROW.findall(page)) == len(listed)
    assert len(ROW.findall(told_client.get("/reconciliation?status=all").text)) == len(cells)


@pytest.mark.parametrize(
    ("query", "areas"),
    [(f"?rule={RULE}", {CHENGGUAN}), (f"?rule={RULE}&status=agrees", {HEKOU}), (f"?rule={RULE}&area={HEKOU}", set()),
     (f"?rule={RULE}&from=2020-02-04", set()), (f"?rule={RULE}&to={DAY}&status=all", {CHENGGUAN, HEKOU})],
)  # fmt: skip
def test_the_url_is_the_filter(told_client: Any, query: str, areas: set[str]) -> None:
    rows = ROW.findall(told_client.get(f"/reconciliation{query}").text)
    assert {area for row in rows for area in re.findall(r"area=(\d+)", row)} == areas


def test_a_rule_is_shown_in_words_in_sql_and_as_far_as_it_goes_back(told_client: Any) -> None:
    page = told_client.get(f"/reconciliation?rule={RULE}&lang=en").text
    assert "FROM shared.screenings" in page
    assert 'href="/reconciliation?lang=en"' in page, "the way back keeps the language"
    assert "&amp;lt;" not in page, "nothing is escaped twice"


def test_one_difference_names_reason_file_and_line_and_masks_who_it_is(told_client: Any, told_snapshots: Path) -> None:
    page = told_client.get(CELL + "&lang=en").text
    records = open_city(told_snapshots).reconciliation_records(
        local_user(), RULE, CHENGGUAN, open_city(told_snapshots).covered(local_user(), "fever_visits")[0]
    )
    assert len(records) == 2
    for record in records:
        assert f"<code>{record.file_name}:{record.source_line}</code>" in page
        assert record.record_key
        assert record.record_key not in page
        assert masked(record.record_key) in page
    assert SECRET not in page


def test_a_number_is_masked_to_its_end_and_a_short_one_is_no_secret() -> None:
    assert masked("91379901MAUYM9AL20") == "…AL20"
    assert masked("12") == "12"
    assert masked(None) == "–"


def test_the_page_shows_what_was_said_in_the_ledger_and_how_to_say_more(
    told_snapshots: Path, tmp_path: Path, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(told_snapshots, tmp_path / "snapshots", symlinks=True)
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    monkeypatch.setenv("CITYBRAIN_OPERATIONS_URL", url)
    ledger = Ledger(open_operations(url))
    city = open_city(tmp_path / "snapshots")
    city.settle_reconciliations(ledger)
    item = ledger.items(RULE, [CHENGGUAN])[0]
    ledger.explain(item, "两人住在邻县 <b>", "li")
    client = served(tmp_path / "snapshots")
    page = client.get(CELL).text
    assert "两人住在邻县 &lt;b&gt;" in page
    assert "已说明" in page
    assert "已说明" in client.get(f"/reconciliation?rule={RULE}").text


def test_a_ledger_that_cannot_be_opened_is_said_and_the_differences_still_show(
    told_snapshots: Path, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYBRAIN_OPERATIONS_URL", "sqlite:////nowhere/at/all.sqlite")
    page = served(told_snapshots).get(f"/reconciliation?rule={RULE}").text
    assert "the database cannot be opened" in page
    assert ROW.search(page)


@pytest.mark.parametrize(
    "address",
    ["/reconciliation?rule=nonsense", "/reconciliation/cell", f"/reconciliation/cell?rule={RULE}&area=1",
     f"/reconciliation/cell?rule={RULE}&area={CHENGGUAN}&period=2020-13-01",
     f"/reconciliation/cell?rule={RULE}&area={CHENGGUAN}&period=1999-01-01"],
)  # fmt: skip
def test_what_is_not_there_is_404_with_a_sentence(told_client: Any, address: str) -> None:
    answer = told_client.get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_whoever_sees_one_area_sees_its_differences_only(told_snapshots: Path) -> None:
    pages = Visitor(build_app(told_snapshots, AccessContext("clerk", "township", area_root=HEKOU)))
    assert not ROW.search(pages.get(f"/reconciliation?rule={RULE}").text)
    assert pages.get(CELL).status_code == 404


def test_a_snapshot_without_rules_says_what_to_do(client: Any) -> None:
    assert "citybrain build" in client.get("/reconciliation").text
