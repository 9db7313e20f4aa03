"""What people read is true of the code: reference pages are fresh, commands explained, and links lead somewhere."""

from __future__ import annotations

import inspect
import re
import runpy
from pathlib import Path
from typing import Annotated, get_args, get_origin, get_type_hints

import pytest

from citybrain.cli.app import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").glob("*/README.md")),
]
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def reference_pages() -> dict[Path, str]:
    """The pages as `make docs` would write them now."""
    written: dict[Path, str] = runpy.run_path(str(ROOT / "docs" / "write_reference.py"))["pages"]()
    return written


def options_of(command: object) -> list[str]:
    """The long options of a Typer command, from its signature."""
    options = []
    for name, hint in get_type_hints(command, include_extras=True).items():
        if get_origin(hint) is not Annotated:
            continue
        declared = get_args(hint)[1]
        if type(declared).__name__ == "OptionInfo":
            # Inside Annotated, Typer keeps the first stated name as the default.
            names = [declared.default, *(declared.param_decls or ())]
            stated = [text.split("/")[0] for text in names if isinstance(text, str) and text.startswith("--")]
            options += stated or ["--" + name.replace("_", "-")]
    return options


def test_reference_pages_are_what_the_code_says() -> None:
    stale = [
        path.relative_to(ROOT).as_posix()
        for path, text in reference_pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `make docs`"


def test_no_reference_page_describes_what_is_gone() -> None:
    assert set((ROOT / "docs" / "reference").glob("*.md")) <= set(reference_pages())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_every_command_and_option_is_explained(command: object) -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    name = getattr(command, "__name__", "")
    assert f"citybrain {name}" in text
    assert [option for option in options_of(command) if option not in text] == []
    assert inspect.getdoc(command)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("target", ["demo", "test", "lint", "format", "docs", "bench", "lock"])
def test_every_target_that_people_are_told_of_is_in_the_makefile(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    told = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "docs" / "development.md").read_text(
        encoding="utf-8"
    )
    assert f"make {target}" in told
