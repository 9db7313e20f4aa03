"""Declarations that passed all checks are read from where they are kept; anything that changed is checked anew."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.build import BuildReport, declarations, load_declarations
from citybrain.build.declarations import KEPT, Declarations, check_declarations, declared_fingerprint
from citybrain.build.kept import keep, read_kept, reader_of, to_json
from citybrain.errors import ContractError
from citybrain.indicators import STANDARD_DICTIONARY, Words
from citybrain.project import Project, load_project
from tests.conftest import SmallCity

REPOSITORY = Path(__file__).resolve().parents[2]
BUILD = """
import sys
from pathlib import Path
from citybrain.build import build
from citybrain.project import load_project
report = build(load_project(Path(sys.argv[1])))
print(report.published, "sqlglot" in sys.modules)
"""
OWN = (
    "connectors/health/clinic.toml",
    "connectors/health/clinic.sql",
    "dictionary/new.toml",
    "dictionary/zeros/new.toml",
)
SELECT = 'SELECT "证件号", "姓名", "时间", "住址", "体温" FROM source'


def built(city: SmallCity, make_resident_id: Callable[..., str]) -> BuildReport:
    """Builds a city of one feed, one of whose two rows cannot be read."""
    city.screening()
    header, area = "证件号,姓名,时间,住址,体温\n", "城关镇"
    city.deliver("clinic_1.csv", f"{header}{make_resident_id(1)},甲,2020-02-03 09:00,{area},36.5\n1,乙,2020-02-03,,\n")
    (city.root / "connectors/health/clinic.sql").write_text(SELECT, encoding="utf-8")
    return city.build()


def loaded(city: SmallCity) -> Declarations:
    """Loads as a build does."""
    return load_declarations(load_project(city.root))


def kept_file(city: SmallCity) -> Path:
    """The file that declarations are kept in."""
    return city.root / "data" / "work" / KEPT


@pytest.fixture
def whole_repository(tmp_path: Path) -> Project:
    """A city with every contract of the repository, and so with every record type."""
    shutil.copytree(REPOSITORY / "connectors", tmp_path / "connectors")
    shutil.copy(REPOSITORY / "city.toml", tmp_path)
    return load_project(tmp_path)


def test_everything_that_is_declared_is_read_back_as_it_was(whole_repository: Project) -> None:
    checked = check_declarations(whole_repository)
    file = whole_repository.root / KEPT
    keep(checked, file, "fingerprint")
    kept = read_kept(file, "fingerprint", Declarations)
    assert kept == checked
    # Fingerprints of parts are made of these texts: 1 and 1.0 would be equal, and still compute everything again.
    for part in ("contracts", "indicators", "zero_rules", "reconciliations", "validation", "clocks"):
        assert repr(getattr(kept, part)) == repr(getattr(checked, part))
    assert [m.fingerprint(dict.fromkeys(m.reads, "")) for m in kept.models] == [
        m.fingerprint(dict.fromkeys(m.reads, "")) for m in checked.models
    ]


@pytest.mark.parametrize(("file", "broken"), [
    ("connectors/health/clinic.toml", 'title = "发热门诊"\nrecord = "no_such_record"\n'),
    ("connectors/health/clinic.toml", "title = "),
    ("connectors/health/clinic.sql", "SELECT nothing FROM elsewhere"),
    ("dictionary/new.toml", 'title = "no words"\n'),
    ("dictionary/zeros/new.toml", "measures = 1\n"),
    ("dictionary/reconciliation/new.toml", "left = 1\n"),
])  # fmt: skip
def test_what_is_broken_after_a_build_is_an_error_of_every_next_build(  # type: ignore[no-untyped-def]
    small_city, make_resident_id, file, broken
) -> None:
    first = built(small_city, make_resident_id)
    changed = small_city.root / file
    before = changed.read_bytes() if changed.exists() else None
    changed.parent.mkdir(parents=True, exist_ok=True)
    changed.write_text(broken, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ContractError):
            small_city.build()
    if before is None:
        changed.unlink()
    else:
        changed.write_bytes(before)
    mended = small_city.build()
    assert (mended.snapshot, mended.published) == (first.snapshot, False)


def test_a_build_with_kept_declarations_reports_what_one_without_them_reports(  # type: ignore[no-untyped-def]
    small_city, make_resident_id
) -> None:
    built(small_city, make_resident_id)
    kept = small_city.build()
    kept_file(small_city).unlink()
    checked = small_city.build()
    assert dataclasses.replace(kept, seconds={}) == dataclasses.replace(checked, seconds={})


def test_a_build_with_nothing_new_reads_no_sql_of_declarations(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    first = built(small_city, make_resident_id)
    assert first.published
    command = [sys.executable, "-c", BUILD, str(small_city.root)]
    answered = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY)
    assert answered.stdout.split() == ["False", "False"]
    (small_city.root / "connectors/health/clinic.sql").write_text(f"{SELECT}\n-- and so", encoding="utf-8")
    answered = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY)
    assert answered.stdout.split()[1] == "True"


@pytest.mark.parametrize("file", OWN)
def test_any_change_of_a_file_that_declares_is_seen(small_city, file) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    project, changed = load_project(small_city.root), small_city.root / file
    seen = {declared_fingerprint(project)}
    changed.parent.mkdir(parents=True, exist_ok=True)
    for content in ("one", "two", "twos", ""):
        changed.write_text(content, encoding="utf-8")
        seen.add(declared_fingerprint(project))
    changed.rename(changed.with_stem("other"))
    seen.add(declared_fingerprint(project))
    assert len(seen) == 6


def test_a_change_of_citybrain_itself_is_seen(small_city, monkeypatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    project = load_project(small_city.root)
    copy = tmp_path / "citybrain"
    shutil.copytree(STANDARD_DICTIONARY, copy / "dictionary")
    monkeypatch.setattr(declarations, "PRODUCT", copy)
    seen = {declared_fingerprint(project)}
    for name in (
        "dictionary/residents.toml",
        "dictionary/zeros/new.toml",
        "models/shared/cases.sql",
        "schema/columns.py",
    ):
        file = copy / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("changed", encoding="utf-8")
        seen.add(declared_fingerprint(project))
    assert len(seen) == 5
    (copy / "web").mkdir()
    (copy / "web" / "page.py").write_text("no declaration is read here", encoding="utf-8")
    assert declared_fingerprint(project) in seen


def test_what_is_wrong_is_not_kept(small_city) -> None:  # type: ignore[no-untyped-def]
    small_city.contract("health.clinic", "title = ")
    with pytest.raises(ContractError):
        loaded(small_city)
    assert not kept_file(small_city).exists()


def test_what_changed_while_it_was_checked_is_not_kept(small_city, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()

    def check_and_change(project: Project) -> Declarations:
        checked = check_declarations(project)
        small_city.screening(delivery="full")
        return checked

    monkeypatch.setattr(declarations, "check_declarations", check_and_change)
    assert loaded(small_city).contracts[0].delivery == "append"
    assert not kept_file(small_city).exists()
    monkeypatch.undo()
    assert loaded(small_city).contracts[0].delivery == "full"


@given(place=st.floats(0, 1, exclude_max=True), cut=st.booleans(), flip=st.integers(1, 255))
def test_a_file_that_is_not_as_it_was_written_is_not_believed(tmp_path_factory, place, cut, flip) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path_factory.getbasetemp() / "words.json"
    keep(Words("词", "word"), file, "fingerprint")
    assert read_kept(file, "fingerprint", Words) == Words("词", "word")
    assert read_kept(file, "another", Words) is None
    content = bytearray(file.read_bytes())
    at = int(place * len(content))
    content[at] ^= flip
    file.write_bytes(content[:at] if cut else content)
    assert read_kept(file, "fingerprint", Words) is None


def test_a_type_that_could_not_be_read_back_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        to_json(b"")
    for kind in (bytes, list[str], tuple[str, int], dict[int, str], int | str):
        with pytest.raises(TypeError, match="cannot be kept"):
            reader_of(kind)
