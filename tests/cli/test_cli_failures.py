"""Errors become sentences and exit codes; our own faults become a log and nothing more on the screen."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from citybrain.cli.failures import Commands
from citybrain.cli.options import HERE, ProjectFolder
from citybrain.errors import AccessError, BuildError, ContractError, DeliveryError


def app_that_raises(error: BaseException, cause: Exception | None = None) -> typer.Typer:
    app = typer.Typer(cls=Commands)

    @app.callback()
    def root() -> None:
        """Only a group has commands by name."""

    @app.command()
    def fail(project: ProjectFolder = HERE) -> None:
        raise error from cause

    return app


@pytest.mark.parametrize(("kind", "code"), [(ContractError, 2), (DeliveryError, 3), (BuildError, 4), (AccessError, 5)])
def test_each_error_leaves_with_the_code_of_who_must_act(kind, code):
    result = CliRunner().invoke(app_that_raises(kind("a.toml", "is wrong", remedy="Mend it")), ["fail"])
    assert result.exit_code == code
    assert result.stderr == "a.toml: is wrong. Mend it.\n" and result.stdout == ""


def test_a_fault_of_our_own_goes_to_an_owners_log_and_not_to_the_screen(tmp_path):
    (tmp_path / "city.toml").write_text("")
    error = ZeroDivisionError("cell 370123199001011234")
    result = CliRunner().invoke(app_that_raises(error), ["fail", "--project", str(tmp_path)])
    assert result.exit_code == 70
    assert "ZeroDivisionError" in result.stderr and "3701" not in result.stderr and "Traceback" not in result.stderr
    [log] = (tmp_path / "data" / "work").glob("*.log")
    assert str(log) in result.stderr
    assert "370123199001011234" in log.read_text() and "Traceback" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_outside_a_project_the_log_is_a_temporary_file_and_no_folder_is_made(tmp_path):
    result = CliRunner().invoke(app_that_raises(RuntimeError()), ["fail", "--project", str(tmp_path)])
    log = Path(re.search(r"written in (\S+\.log)", result.stderr)[1])
    assert log.exists() and tmp_path not in log.parents and list(tmp_path.iterdir()) == []
    log.unlink()


def test_what_the_engine_said_of_a_failed_build_is_kept_in_the_log(tmp_path):
    (tmp_path / "city.toml").write_text("")
    app = app_that_raises(BuildError("data", "the engine refused"), OSError("no space on device"))
    result = CliRunner().invoke(app, ["fail", "--project", str(tmp_path)])
    assert result.exit_code == 4 and "Details: " in result.stderr
    [log] = (tmp_path / "data" / "work").glob("*.log")
    assert "no space on device" in log.read_text()


def test_python_m_citybrain_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "citybrain", "status", "--nope"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 2 and "No such option: --nope" in done.stderr


def test_help_starts_without_the_heavy_libraries():
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom citybrain.cli.app import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = {'dash', 'duckdb', 'geopandas', 'plotly', 'polars', 'pandas', 'sqlglot', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
