"""The demo county at any size, made once, as the whole build takes it."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.measuring import ROOT
from benchmarks.registry import WORK


def make_demo_county(residents: int, seed: int) -> Path:
    """The city project of a demo county of that size: connectors and city.toml of the repository, files of its own."""
    from citybrain.demo import make_county

    project = WORK / f"county-{residents}-{seed}"
    done = project / "city.toml"
    if not done.exists():
        shutil.rmtree(project, ignore_errors=True)
        project.mkdir(parents=True)
        (project / "connectors").symlink_to(ROOT / "connectors")
        make_county(project, residents=residents, seed=seed)
        shutil.copy(ROOT / "city.toml", done)
    return project


def plain_registry(project: Path) -> Path:
    """The county's household registry, all its rows and columns, as one plain UTF-8 file: what a bare load is given."""
    from citybrain.contracts import load_contracts
    from citybrain.project import load_project
    from citybrain.readers import ReadOptions, read_table
    from citybrain.warehouse import connect

    plain = project / "registry-plain.csv"
    if plain.exists():
        return plain
    city = load_project(project)
    contract = next(c for c in load_contracts(city) if c.record.name == "resident")
    newest = max(city.paths.extracts.glob(contract.source.path), key=lambda file: (file.stat().st_mtime, file.name))
    source = contract.source
    options = ReadOptions(
        kind=source.kind, encoding=source.encoding, delimiter=source.delimiter, header_row=source.header_row,
        sheet=source.sheet, expected_headers=contract.headers,
    )  # fmt: skip
    spool = project / "spool"
    spool.mkdir(exist_ok=True)
    con = connect()
    raw = read_table(newest, options, con, spool)
    con.execute(f"COPY (SELECT * FROM {raw.relation}) TO '{plain}.part' (FORMAT csv, HEADER)")
    con.close()
    shutil.rmtree(spool)
    plain.with_name(plain.name + ".part").rename(plain)
    return plain
