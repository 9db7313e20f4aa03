"""What the command-centre screen is told: the numbers of the query layer, placed and worded."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from citybrain.areas.boundaries import geojson_texts, simplify_level
from citybrain.demo.geography import lay_out
from citybrain.errors import ContractError
from citybrain.project import ScreenChoice, load_project
from citybrain.query import local_user, open_city
from citybrain.query.screen import read_deliveries, showable_indicators, worst_changes
from citybrain.web.screen.asked import LONGEST, SHORTEST, ScreenRequest
from citybrain.web.screen.routes import STATIC
from citybrain.web.screen.state import read_state
from tests.query import planted_attention as planted
from tests.query import tiny_city as tiny

SNAPSHOT = "20200220T000000-a"
CODES = st.text("abcdefgh_0123456789", min_size=1, max_size=12)


def state_of(folder: Path, query: str = "", **choice: Any) -> dict[str, Any]:
    city = open_city(folder)
    return read_state(city, local_user(), ScreenChoice(**choice), ScreenRequest.from_query(query))


@given(
    st.builds(
        ScreenRequest,
        area=st.one_of(st.just(""), CODES),
        layers=st.lists(CODES, max_size=4).map(tuple),
        every=st.integers(SHORTEST, LONGEST),
        lang=st.sampled_from(["zh", "en"]),
    )
)
def test_a_kiosk_address_says_all_of_a_request(asked: ScreenRequest) -> None:
    assert ScreenRequest.from_query(asked.query()) == asked


@pytest.mark.parametrize(("said", "every"), [("1", SHORTEST), ("999999", LONGEST), ("soon", 15), ("", 15), ("-4", 15)])
def test_a_turn_is_neither_a_flicker_nor_for_ever(said: str, every: int) -> None:
    assert ScreenRequest.from_query(f"?every={said}").every == every


def test_every_value_of_every_layer_is_the_one_of_the_query_layer(snapshots: Path) -> None:
    city, access = open_city(snapshots), local_user()
    for layer in state_of(snapshots, "?lang=en")["layers"]:
        indicator = city.indicator(access, layer["code"])
        on = city.latest_period(access, indicator.code, "day")
        assert on
        ranked = city.ranking(access, indicator.code, "day", on, level="township").to_dicts()
        assert layer["order"] == [r["area_code"] for r in ranked]
        said = [layer["values"][r["area_code"]][0] for r in ranked]
        assert said == ["No data" if r["value"] is None else f"{r['value']:,.{indicator.decimals}f}" for r in ranked]


def test_no_data_zero_and_an_implausible_zero_are_three_things(tmp_path: Path) -> None:
    file = tiny.write_snapshot(tmp_path)
    layer = state_of(tmp_path, "?layers=reported_fever")["layers"][0]
    assert [layer["values"][t][1] for t in tiny.TOWNSHIPS[1:]] == ["zero", "no_data"]
    with duckdb.connect(str(file)) as con:
        con.execute(
            "INSERT INTO marts.value_states VALUES ('reported_fever', 'day', ?, ?, 'implausible_zero')",
            [tiny.TOWNSHIPS[1], tiny.LAST],
        )
    layer = state_of(tmp_path, "?layers=reported_fever")["layers"][0]
    assert layer["values"][tiny.TOWNSHIPS[1]][:2] == ["0", "implausible_zero"]
    assert [kind for kind, _words in layer["legend"]][:2] == ["no_data", "implausible_zero"]


def test_layers_and_tiles_come_from_the_project_and_the_address_wins(snapshots: Path) -> None:
    chosen: dict[str, Any] = {"layers": ("fever_rate", "gone", "screened"), "tiles": ("residents",)}
    state = state_of(snapshots, **chosen)
    assert [layer["code"] for layer in state["layers"]] == ["fever_rate", "screened"]
    assert [tile["code"] for tile in state["tiles"]] == ["residents"]
    assert [layer["code"] for layer in state_of(snapshots, "?layers=screened", **chosen)["layers"]] == ["screened"]


def test_without_a_choice_what_moves_comes_before_what_holds_always(snapshots: Path) -> None:
    codes = [i.code for i in showable_indicators(open_city(snapshots), local_user(), depth=1)]
    assert set(codes) == {i["indicator"] for i in tiny.INDICATORS}
    assert codes[-1] == "residents"
    deep = [i.code for i in showable_indicators(open_city(snapshots), local_user(), depth=2)]
    assert "reported_fever" not in deep


def test_the_screen_of_a_village_shows_the_villages_around_it(snapshots: Path) -> None:
    state = state_of(snapshots, f"?area={tiny.VILLAGES[0]}")
    assert [code for code, *_ in state["places"]] == list(tiny.VILLAGES[:2])


def test_panels_tell_who_is_late_and_what_is_in_quarantine(snapshots: Path) -> None:
    panels = {p["id"]: p for p in state_of(snapshots, "?lang=en")["panels"]}
    assert [(r["key"], r["value"]) for r in panels["late"]["rows"]] == [("township.daily", "2 days ago")]
    assert [(r["key"], r["value"]) for r in panels["set-aside"]["rows"]] == [("health.screening", "1")]
    assert panels["set-aside"]["rows"][0]["share"] == pytest.approx(1 / 160)
    assert panels["supplies"]["rows"] == []
    assert panels["supplies"]["empty"]
    assert "orders" not in panels


def test_overdue_orders_have_a_panel_as_soon_as_they_are_counted(tmp_path: Path) -> None:
    orders = {**tiny.INDICATORS[3], "indicator": "orders_overdue", "title_en": "Orders overdue"}
    renamed = [c | {"indicator": "orders_overdue"} for c in tiny.cells() if c["indicator"] == "reported_fever"]
    covered = [c | {"indicator": "orders_overdue"} for c in tiny.coverage() if c["indicator"] == "reported_fever"]
    tiny.write_snapshot(tmp_path, indicators=[orders], cell_rows=renamed, coverage_rows=covered)
    panels = {p["id"]: p for p in state_of(tmp_path, "?lang=en")["panels"]}
    assert [(r["name"], r["value"]) for r in panels["orders"]["rows"]] == [("城关镇", "3")]


@pytest.fixture(scope="module")
def attended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny city with differences, doubtful zeros and indicators of supplies."""
    folder = tmp_path_factory.mktemp("attended")
    supplies = [{**i, "theme": "supplies"} if i["indicator"] == "masks_cover_days" else i for i in planted.indicators()]
    file = tiny.write_snapshot(
        folder,
        indicators=supplies,
        cell_rows=planted.renamed(tiny.cells()),
        coverage_rows=planted.renamed(tiny.coverage()),
    )
    planted.plant(file)
    with duckdb.connect(str(file)) as con:
        con.execute("ALTER TABLE marts.indicators ADD COLUMN alarm_at DOUBLE")
        con.execute("UPDATE marts.indicators SET alarm_at = 1 WHERE indicator = 'masks_cover_days'")
    return folder


def test_what_cannot_be_true_stands_first(attended: Path) -> None:
    panels = state_of(attended, "?lang=en")["panels"]
    assert [p["id"] for p in panels] == ["zeros", "differences", "supplies", "changes", "late", "set-aside"]


def test_doubtful_zeros_come_newest_first_with_what_others_saw(attended: Path) -> None:
    rows = {p["id"]: p for p in state_of(attended, "?lang=en")["panels"]}["zeros"]["rows"]
    doubted = [z for z in planted.zeros() if z["verdict"] == "implausible_zero"]
    runs = [doubted[6:], doubted[:6]]
    assert [r["detail"] for r in rows] == [f"{r[0]['period_on']:%m-%d} – {r[-1]['period_on']:%m-%d}" for r in runs]
    assert [r["value"] for r in rows] == [f"others saw {sum(z['witnessed'] or 0 for z in run):.0f}" for run in runs]
    assert all(parse_qs(urlsplit(r["href"]).query)["area"] == [tiny.TOWNSHIPS[1]] for r in rows)


def test_the_rules_take_turns_with_their_largest_difference_of_the_last_days(attended: Path) -> None:
    rows = {p["id"]: p for p in state_of(attended, "?lang=en")["panels"]}["differences"]["rows"]
    first = tiny.LAST - dt.timedelta(days=6)
    sums: dict[tuple[str, str], float] = {}
    for cell in planted.reconciliations():
        in_time = cell["period_on"] is None or first <= cell["period_on"] <= tiny.LAST
        if cell["status"] == "differs" and in_time:
            key = cell["rule"], cell["area_code"]
            sums[key] = sums.get(key, 0.0) + cell["left_only"] + cell["right_only"]
    assert {tuple(r["key"].split("/")): float(r["value"].split()[0]) for r in rows} == sums
    assert [r["key"].split("/")[0] for r in rows[:2]] in (
        ["clinic_township", "register_grid"],
        ["register_grid", "clinic_township"],
    )


def test_a_number_beyond_its_alarm_says_so_with_a_sign(attended: Path) -> None:
    [row] = {p["id"]: p for p in state_of(attended, "?lang=en")["panels"]}["supplies"]["rows"]
    assert (row["tone"], row["value"][:2]) == ("bad", "■ ")


def test_the_news_are_the_newest_deliveries(snapshots: Path) -> None:
    found = read_deliveries(open_city(snapshots), local_user(), 2)
    assert [(d.feed, d.rows_in, d.is_refused) for d in found] == [
        ("health.screening", 70, False),
        ("township.daily", 48, False),
    ]
    assert state_of(snapshots, "?lang=en")["ticker"][2] == [
        "warn",
        "02-08 09:00 发热门诊筛查登记: 90 rows, 1 in quarantine",
    ]


def test_the_least_accidental_change_comes_first_and_improvements_never() -> None:
    def row(value: float, previous: float, better: str) -> dict[str, Any]:
        return {"value": value, "previous": previous, "difference": value - previous, "better": better}

    small, large = row(3, 1, "lower"), row(80, 40, "lower")
    others = [row(1, 9, "lower"), row(9, 1, "neutral"), row(9, 1, "higher"), row(0, 0, "lower")]
    unknown = {"value": None, "previous": 4.0, "difference": None, "better": "lower"}
    found = worst_changes([small, large, *others, unknown], most=9)
    assert [(r["value"], round(r["weight"], 2)) for r in found] == [(80, 3.65), (3, 1.0)]


def test_the_state_is_kept_until_a_new_snapshot_is_published(served: Any, tmp_path: Path) -> None:
    tiny.write_snapshot(tmp_path)
    client = served(tmp_path)
    first = client.get("/screen/state.json")
    again = client.get("/screen/state.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    tiny.write_snapshot(tmp_path, "20200221T000000-b")
    assert client.get("/screen/pulse.json").json()["snapshot"] == "20200221T000000-b"
    later = client.get("/screen/state.json", headers={"if-none-match": first.headers["etag"]}).json()
    assert later["snapshot"] == "20200221T000000-b"
    assert later["geometry"]["content"] == first.json()["geometry"]["content"]


def test_scripts_are_kept_for_as_long_as_the_release_and_nothing_else_is_served(client: Any) -> None:
    page = client.get("/screen?lang=en")
    script = re.search(r'src="(/screen/static/\w+/screen.js)"', page.text)
    assert script
    assert "immutable" in client.get(script[1]).headers["cache-control"]
    assert client.get("/screen/static/older/screen.js").headers["cache-control"] == "no-store"
    assert client.get("/screen/static/older/..%2fpage.html").status_code == 404
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "http" not in page.text.replace("http://www.w3.org/2000/svg", "")


def test_an_address_cannot_write_into_the_page(client: Any) -> None:
    page = client.get("/screen?area=</script><script>alert(1)</script>&lang=en").text
    assert "%3Cscript%3Ealert" in page
    assert "<script>alert" not in page


def test_before_the_first_snapshot_the_pulse_says_what_to_do(served: Any, tmp_path: Path) -> None:
    empty = served(tmp_path)
    assert "citybrain build" in empty.get("/screen/pulse.json").json()["problem"]
    assert empty.get("/screen").status_code == 200
    assert empty.get("/screen/state.json").status_code == 503


def test_an_unknown_area_is_refused_with_what_is_wrong(client: Any) -> None:
    answer = client.get("/screen/state.json?area=999")
    assert (answer.status_code, "not in the area tree" in answer.json()["error"]) == (400, True)


def screen_toml(folder: Path, lines: str) -> Path:
    folder.joinpath("city.toml").write_text(
        'name = "x"\n[[levels]]\ncode = "county"\n[[areas]]\n'
        'rows = [{ code = "1", name = "x", level = "county" }]\n[screen]\n' + lines,
        encoding="utf-8",
    )
    return folder


def test_city_toml_chooses_layers_tiles_and_period(tmp_path: Path) -> None:
    project = load_project(
        screen_toml(tmp_path, 'layers = ["a", "b"]\ntiles = ["c"]\nperiod = "week"\nstale_hours = 8')
    )
    assert project.screen == ScreenChoice(("a", "b"), ("c",), "week", 8.0)


@pytest.mark.parametrize("line", ["layer = []", 'period = "hour"', "stale_hours = 0", 'stale_hours = "8"'])
def test_what_city_toml_cannot_mean_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ContractError, match="screen"):
        load_project(screen_toml(tmp_path, line))


def test_shapes_travel_light_and_keep_their_borders() -> None:
    # Three hundred of them: `python -m benchmarks soaking`.
    shapes = simplify_level(list(lay_out(seed=7, township_count=30).coverage.townships))
    texts = geojson_texts(shapes)
    assert len(texts) == 30
    assert len(gzip.compress(",".join(texts).encode(), 5)) < 30_000
    sent = np.array([shapely.from_geojson(text) for text in texts], dtype=object)
    assert shapely.coverage_is_valid(sent)


def luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, 1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("word", ["text", "muted", "accent", "bad", "warn", "good"])
def test_words_stand_out_from_the_lightest_ground(word: str) -> None:
    css = (STATIC / "screen.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))
    assert contrast(colours[word], colours["raised"]) >= 4.5
    assert contrast(colours[word], "#14305e") >= 4.5


def test_the_state_of_one_snapshot_is_plain_json(snapshots: Path) -> None:
    text = json.dumps(state_of(snapshots), allow_nan=False)
    assert json.loads(text)["snapshot"] == SNAPSHOT
