"""The demo county at any size, made once, as the whole build takes it."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.measuring import ROOT
from benchmarks.registry import WORK

if TYPE_CHECKING:
    import duckdb

    from citybrain.contracts.contract import Contract


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


def plain_files(project: Path) -> Path:
    """A folder with every delivered table, all its rows and columns, as a plain UTF-8 file each: what a bare load is given."""
    from citybrain.contracts import load_contracts
    from citybrain.project import load_project
    from citybrain.warehouse import connect

    folder = project / "plain"
    done = folder / "done"
    if done.exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    city = load_project(project)
    with connect() as con:
        for contract in load_contracts(city):
            for file in sorted(city.paths.extracts.glob(contract.source.path)):
                _write_plain(con, contract, file, folder)
    done.touch()
    return folder


def _write_plain(con: duckdb.DuckDBPyConnection, contract: Contract, file: Path, folder: Path) -> None:
    from citybrain.readers import ReadOptions, read_table

    source = contract.source
    options = ReadOptions(
        kind=source.kind, encoding=source.encoding, delimiter=source.delimiter, header_row=source.header_row,
        sheet=source.sheet, rows=source.rows, table=source.table, query=source.query, datum=source.datum,
        expected_headers=contract.headers, reader=contract.reader,
    )  # fmt: skip
    with TemporaryDirectory() as spool:
        raw = read_table(file, options, con, Path(spool))
        con.execute(
            f"COPY (SELECT * FROM {raw.relation}) TO '{folder / contract.feed}-{file.name}.csv' (FORMAT csv, HEADER)"
        )
