"""The lock pins everything by hash and tells nobody where this project's machines get their packages."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[0-9][0-9a-z.+!]*)(?P<marker> ; [^\\]+?)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
# Written in pieces, or this file would break its own rule.
REGISTRY_HOSTS = ["pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "deb.debian" + ".org", "/sim" + "ple/"]


def locked() -> dict[str, str]:
    """Name -> version of every pin; the last one where a marker splits a package."""
    pins = (PIN.match(line) for line in (ROOT / "requirements.lock").read_text().splitlines())
    return {pin["name"]: pin["version"] for pin in pins if pin}


def test_the_lock_holds_only_names_versions_markers_and_hashes() -> None:
    strange = [
        line
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if not (PIN.match(line) or HASH.match(line))
    ]
    assert strange == []


def test_every_pin_has_a_hash() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    bare = [
        line for line, after in zip(lines, [*lines[1:], ""], strict=True) if PIN.match(line) and not HASH.match(after)
    ]
    assert bare == []


def test_every_declared_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=; ]", text)[0].lower() for text in declared}
    assert names <= set(locked()), "run `make lock`"


def test_no_file_of_the_project_names_a_package_registry() -> None:
    listed = subprocess.run(
        ["git", "grep", "-lIF", "--untracked", *[arg for host in REGISTRY_HOSTS for arg in ("-e", host)]],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode > 1:
        pytest.skip(f"not a git checkout: {listed.stderr.strip()}")
    assert listed.stdout.split() == []
