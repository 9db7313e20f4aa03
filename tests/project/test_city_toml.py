"""`city.toml` is read strictly and says what to do when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from citybrain.errors import ContractError
from citybrain.project import Level, Overlap, init_project, load_project

CITY = """
name = "清河县"
timezone = "Asia/Shanghai"
[[levels]]
code = "county"
title = "县"
[[levels]]
code = "township"
[[areas]]
rows = [{ code = "370201", name = "清河县", level = "county" }]
"""


def project_folder(folder: Path, text: str = CITY) -> Path:
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ContractError) as error:
        load_project(project_folder(folder, text))
    return str(error.value)


def test_what_is_not_stated_has_a_default(tmp_path: Path) -> None:
    project = load_project(project_folder(tmp_path))
    assert (project.name, project.engine, project.received_at) == ("清河县", "duckdb", "modified")
    assert project.levels == (Level("county", "县"), Level("township", "township"))
    assert project.paths.extracts == tmp_path / "data" / "extracts"
    assert project.paths.work == tmp_path / "data" / "work"
    assert project.depth_of("township") == 1


def test_data_is_the_base_of_what_citybrain_writes(tmp_path: Path) -> None:
    project = load_project(project_folder(tmp_path, CITY + '[paths]\ndata = "../elsewhere"\n'))
    base = tmp_path.parent / "elsewhere"
    assert project.paths.archive == base / "archive"
    assert project.paths.extracts == base / "extracts"


def test_extracts_come_from_the_environment_or_the_fallback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = CITY + '[paths]\nextracts = "${CITY_EXTRACTS:-../shared}/health"\n'
    monkeypatch.delenv("CITY_EXTRACTS", raising=False)
    assert load_project(project_folder(tmp_path, text)).paths.extracts == tmp_path.parent / "shared" / "health"
    monkeypatch.setenv("CITY_EXTRACTS", str(tmp_path / "mount"))
    assert load_project(project_folder(tmp_path, text)).paths.extracts == tmp_path / "mount" / "health"


def test_a_variable_without_value_and_fallback_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CITY_EXTRACTS", raising=False)
    assert "CITY_EXTRACTS" in refusal(tmp_path, CITY + '[paths]\nextracts = "${CITY_EXTRACTS}"\n')


def test_a_folder_without_city_toml_says_how_to_start(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as error:
        load_project(tmp_path)
    assert "citybrain init" in str(error.value)
    assert "--project" in str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CITY.replace("timezone", "time_zone"), "Did you mean 'timezone'?"),
        (CITY + '[paths]\nextract = "x"\n', "Did you mean 'extracts'?"),
        (CITY + '[[areas]]\npath = "a.csv"\nnam = "x"\n', "Did you mean 'name'?"),
        (CITY.replace('title = "县"', 'titel = "县"'), "Did you mean 'title'?"),
        (CITY.replace("Asia/Shanghai", "Asia/Beijing"), "Asia/Beijing"),
        (CITY.replace("name = ", "engine = 'flink'\nname = ", 1), "'duckdb' or 'spark'"),
        (CITY.replace('name = "清河县"\n', "", 1), "'name' is missing"),
        (CITY.replace('code = "township"', 'code = "county"'), "declared twice"),
        (CITY.replace('level = "county"', 'level = "country"'), "Did you mean 'county'?"),
        (CITY + '[[areas]]\npath = "a.csv"\nname = "x"\n', "which level"),
        (CITY + '[[areas]]\npath = "a.csv"\nlevel = "county"\n', "which column names the area"),
        (CITY + '[[areas]]\nlevel = "county"\n', "either a path or rows"),
        (CITY + '[[areas]]\npath = "a.csv"\nnesting = ["a"]\n', "nesting_levels"),
        (CITY + '[[areas]]\npath = "a.csv"\nname = "x"\nlevel = "county"\ndatum = "gcj"\n', "'gcj02'"),
        ("name = [", "not valid TOML"),
        ('name = "x"\n', "no area levels"),
    ],
)
def test_a_wrong_declaration_is_refused_with_the_file_and_a_hint(tmp_path: Path, text: str, expected: str) -> None:
    message = refusal(tmp_path, text)
    assert expected in message
    assert "city.toml" in message


def test_area_sources_keep_what_they_declare(tmp_path: Path) -> None:
    declared = """
[[areas]]
path = "towns.geojson"
level = "township"
code = "code"
name = "name"
where = { admin_level = ["8"] }
otherwise = "overlay"
"""
    source = load_project(project_folder(tmp_path, CITY + declared)).area_sources[1]
    assert source.path == tmp_path / "towns.geojson"
    assert source.where == {"admin_level": ("8",)}
    assert source.otherwise is Overlap.OVERLAY
    assert source.parent == "prefix"


def test_a_started_project_loads(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    made = init_project(folder)
    project = load_project(folder)
    assert [level.code for level in project.levels] == ["county", "township", "village"]
    assert project.paths.extracts.is_dir()
    assert (folder / "connectors" / "README.md") in made
    assert "/data/" in (folder / ".gitignore").read_text(encoding="utf-8")


def test_starting_twice_writes_nothing(tmp_path: Path) -> None:
    init_project(tmp_path)
    (tmp_path / "city.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(ContractError):
        init_project(tmp_path)
    assert (tmp_path / "city.toml").read_text(encoding="utf-8") == "mine"
