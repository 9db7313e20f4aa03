"""docs/cli.md knows every command, every option and every exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer.main

from citybrain import errors
from citybrain.cli.app import app
from citybrain.cli.failures import UNEXPECTED

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_command_is_documented_with_every_option(name):
    [section] = [part for part in PAGE.split("\n**`citybrain ")[1:] if part.split("`")[0].split()[0] == name]
    options = {o for p in COMMANDS[name].params for o in p.opts if o.startswith("--")} - {"--help", "--project"}
    assert {o for o in options if o not in section} == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_first_sentence_of_the_help_fits_its_line(name):
    assert not COMMANDS[name].get_short_help_str(limit=64).endswith("...")


def test_every_exit_code_is_documented():
    kinds = (errors.ContractError, errors.DeliveryError, errors.BuildError, errors.AccessError)
    assert all(f"| {code} |" in PAGE for code in (0, *(k.exit_code for k in kinds), UNEXPECTED))
