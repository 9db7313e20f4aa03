"""The layout shows the architecture: prescribed folders, small files, small functions, words for everything public."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES_OF_A_FILE = 350
MOST_LINES_OF_A_FUNCTION = 60
# Ratchets: what was longer when the rule came. An entry goes when its file or function is split; none is added.
LONG_FILES: frozenset[str] = frozenset()
LONG_FUNCTIONS: frozenset[str] = frozenset()
PRESCRIBED = [
    "citybrain", "connectors", "data", "tests", "docs", "examples", "benchmarks", "tools", ".ci",
    "city.toml", "pyproject.toml", "requirements.lock", "Makefile", "README.md", "CHANGELOG.md",
]  # fmt: skip
MEANINGLESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "processor", "lib", "core", "base"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[Path]:
    """Python files below the folders, in order."""
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [path for path in found if "data" not in path.relative_to(ROOT).parts and "work" not in path.parts]


def relative(path: Path) -> str:
    """The path as the rules and messages name it."""
    return path.relative_to(ROOT).as_posix()


def parse(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def public_definitions(node: ast.AST, within: str = "") -> Iterator[tuple[str, ast.ClassDef | Function]]:
    """Public classes, functions and methods with dotted names; nothing inside a function or a private class."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
            yield f"{within}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public_definitions(child, f"{within}{child.name}.")


def is_overload(node: ast.AST) -> bool:
    """Whether the function only repeats a signature, or sets a documented property."""
    return any(
        ast.unparse(decorator).rsplit(".", 1)[-1] in {"overload", "setter", "override"}
        for decorator in getattr(node, "decorator_list", [])
    )


SOURCES = python_files("citybrain", "benchmarks", "docs", "tools", "connectors", "examples")
EVERYTHING = [*SOURCES, *python_files("tests")]


@pytest.mark.parametrize("name", PRESCRIBED)
def test_the_prescribed_top_level_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_files_stay_small_enough_to_read() -> None:
    long = {relative(p) for p in EVERYTHING if len(p.read_text(encoding="utf-8").splitlines()) > MOST_LINES_OF_A_FILE}
    assert long == LONG_FILES, "look for the idea that wants to leave; shortened files leave LONG_FILES"


def test_functions_stay_small_enough_to_read() -> None:
    long = {
        f"{relative(path)}:{node.name}"
        for path in EVERYTHING
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    }
    assert long == LONG_FUNCTIONS, "look for the idea that wants to leave; shortened functions leave LONG_FUNCTIONS"


def test_everything_public_says_what_it_is() -> None:
    silent = [
        relative(path)
        for path in SOURCES
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(parse(path))
    ]
    silent += [
        f"{relative(path)}:{name}"
        for path in SOURCES
        for name, node in public_definitions(parse(path))
        if not ast.get_docstring(node) and not is_overload(node)
    ]
    assert silent == []


def test_names_of_modules_mean_something() -> None:
    assert [relative(path) for path in SOURCES if path.stem in MEANINGLESS or path.parent.name in MEANINGLESS] == []


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in python_files("tests") if path.name != "conftest.py"]
    assert sorted(names) == sorted(set(names)), "pytest imports test files by their bare name"


def test_nothing_is_left_unfinished() -> None:
    mark = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|raise NotImplemented" r"Error)\b")
    places = [*EVERYTHING, *(ROOT / "citybrain").rglob("*.sql"), *(ROOT / "citybrain").rglob("*.toml")]
    unfinished = [
        f"{relative(path)}:{number}"
        for path in places
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if mark.search(line)
    ]
    assert unfinished == []


def test_shell_scripts_stop_at_the_first_failure() -> None:
    scripts = [ROOT / ".ci" / "run", *(ROOT / "tools").glob("*.sh")]
    assert [relative(path) for path in scripts if "set -euo pipefail" not in path.read_text()] == []
