"""`citybrain link` on a small city: pairs to decide, decisions kept, conflicts, and names only for a purpose."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from citybrain.build.linking import decisions_file
from citybrain.cli.link import link_app
from citybrain.linkage import read_decisions
from citybrain.project import load_project
from citybrain.warehouse import connect
from citybrain.warehouse.secrets import arm_pseudonyms, sql_pseudonym
from tests.conftest import SmallCity, resident_id

RUN = CliRunner()
LIST = """title = "追踪台账"
record = "follow_up"
delivery = "full"
[owner]
purposes = ["{purpose}"]
[source]
path = "list_*.csv"
[columns]
resident_id = {{ from = "证件号", invalid = "blank" }}
id_written = "证件号"
person_name = "姓名"
area = {{ from = "乡镇", as = "name" }}
screened_on = "就诊日期"
"""
MENTION = 4242


def key_of(root: Path, number: str) -> int:
    """The pseudonym of a person."""
    with connect() as con:
        arm_pseudonyms(con, load_project(root).paths)
        return int(con.execute(f"SELECT {sql_pseudonym('$number', 'person')}", {"number": number}).fetchall()[0][0])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people at the clinic; the list names the second otherwise, and has a row without a number in review."""
    city = SmallCity(tmp_path_factory.mktemp("linked"))
    city.screening()
    city.contract("township.list", LIST.format(purpose="epidemic_control"))
    people = [resident_id(n) for n in range(1, 4)]
    visits = [f"{p},张三,2020-02-03 09:00,城关镇,38.5" for p in people]
    city.deliver("clinic_1.csv", "证件号,姓名,时间,住址,体温\n" + "\n".join(visits) + "\n")
    lines = [f"{people[0]},张三,城关镇,2020-02-03", f"{people[1]},李四,城关镇,2020-02-03", ",张叁,城关镇,2020-02-03"]
    city.deliver("list_1.csv", "证件号,姓名,乡镇,就诊日期\n" + "\n".join(lines) + "\n")
    city.build()
    # Pairs in review take a population to learn from; the rows stand here as the build would write them.
    with duckdb.connect(str((city.root / "data/snapshots/current").resolve())) as con:
        ((batch,),) = con.execute("SELECT batch FROM shared.batches WHERE feed = 'township.list'").fetchall()
        for score, mention, person in ((0.9, MENTION, people[2]), (0.4, MENTION + 1, people[0])):
            con.execute(
                "INSERT INTO linkage.review (mention_key, person_key, score, reasons, table_name, batch, source_line, rows)"
                " VALUES ($mention, $person, $score, ['like_name', 'same_area'], 'follow_ups', $batch, 4, 1)",
                {"mention": mention, "person": key_of(city.root, person), "score": score, "batch": batch},
            )
    return city.root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """The city for one test."""
    return Path(shutil.copytree(built, tmp_path / "city", symlinks=True))


def link(root: Path, *arguments: str) -> Result:
    return RUN.invoke(link_app, [*arguments, "--project", str(root)])


def test_the_likeliest_pair_comes_first_and_names_nobody(root: Path) -> None:
    pairs = json.loads(link(root, "review", "--json").stdout)
    assert [p["score"] for p in pairs] == [0.9, 0.4]
    assert pairs[0]["file_name"] == "list_1.csv" and pairs[0]["reasons"] == ["like_name", "same_area"]
    assert "values" not in pairs[0]
    table = link(root, "review", "--limit", "1").stdout
    assert str(MENTION) in table and str(MENTION + 1) not in table
    assert "张" not in table


def test_a_decision_is_kept_and_the_pair_waits_no_more(root: Path) -> None:
    person = json.loads(link(root, "review", "--json").stdout)[0]["person_key"]
    done = link(root, "decide", str(MENTION), str(person), "different", "--by", "王五", "--note", "asked the village")
    assert done.exit_code == 0, done.output
    (decision,) = read_decisions(decisions_file(load_project(root)))
    assert (decision.mention_key, decision.person_key, decision.verdict) == (MENTION, person, "different")
    assert (decision.by, decision.note) == ("王五", "asked the village") and decision.at.endswith("+00:00")
    assert [p["mention_key"] for p in json.loads(link(root, "review", "--json").stdout)] == [MENTION + 1]
    again = link(root, "decide", str(MENTION), str(person), "same", "--by", "王五")
    assert again.exit_code == 0
    (decision,) = read_decisions(decisions_file(load_project(root)))
    assert decision.verdict == "same"


def test_a_pair_that_nobody_asked_about_is_decided_only_on_purpose(root: Path) -> None:
    refused = link(root, "decide", "1", "2", "same", "--by", "王五")
    assert type(refused.exception).__name__ == "AccessError"
    assert not decisions_file(load_project(root)).exists()
    assert link(root, "decide", "1", "2", "same", "--by", "王五", "--unlisted").exit_code == 0
    assert link(root, "decide", "1", "2", "perhaps", "--by", "王五").exit_code == 2


def test_names_show_for_a_purpose_of_the_contract_and_leave_a_trace(root: Path) -> None:
    pairs = json.loads(link(root, "review", "--json", "--purpose", "epidemic_control").stdout)
    named = {(v["side"], v["feed"], v["person_name"]) for v in pairs[0]["values"]}
    assert named == {("mention", "township.list", "张叁"), ("person", "health.clinic", "张三")}
    audit = [json.loads(line) for line in (root / "data/vault/audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {(a["feed"], a["purpose"]) for a in audit} == {
        ("township.list", "epidemic_control"), ("health.clinic", "epidemic_control"),
    }  # fmt: skip


def test_no_name_shows_for_another_purpose_and_no_vault_is_opened(root: Path) -> None:
    refused = link(root, "review", "--purpose", "curiosity")
    assert type(refused.exception).__name__ == "AccessError"
    assert not (root / "data/vault/audit.jsonl").exists()


def test_a_feed_that_does_not_allow_the_purpose_stays_shut(root: Path) -> None:
    (root / "connectors/township/list.toml").write_text(LIST.format(purpose="tracing"), encoding="utf-8")
    pairs = json.loads(link(root, "review", "--json", "--purpose", "tracing").stdout)
    assert {v["feed"] for v in pairs[0]["values"]} == {"township.list"}


def test_conflicts_say_how_often_departments_agree_and_whose_word_counts(root: Path) -> None:
    said = json.loads(link(root, "conflicts", "--attribute", "person_name", "--json").stdout)
    (agreement,) = said["agreement"]
    assert (agreement["left_department"], agreement["right_department"]) == ("health", "township")
    assert (agreement["pairs"], agreement["agreeing"], agreement["agreement_pct"]) == (2, 1, 50.0)
    (conflict,) = said["conflicts"]
    assert conflict["departments"] == ["health", "township"] and conflict["conflicts"] == 1
    assert conflict["winner"] in ("health", "township") and conflict["decided_by"] in ("authority", "recency")
    assert "李四" not in link(root, "conflicts").stdout


def test_an_attribute_that_nobody_states_twice_is_an_askers_mistake(root: Path) -> None:
    assert "person_name" in str(link(root, "conflicts", "--attribute", "person_nmae").exception)
