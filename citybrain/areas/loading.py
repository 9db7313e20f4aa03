"""`load_areas`: the tree of a project, from its sources or, if nothing changed, from the last time."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import polars as pl

from citybrain.areas.assembling import assemble_tree
from citybrain.areas.nesting import add_nested
from citybrain.areas.reading import read_source
from citybrain.areas.register import Register
from citybrain.areas.rows import OverlayRow
from citybrain.areas.stated import inline_rows, stated_rows
from citybrain.areas.tree import AreaTree
from citybrain.project import AreaSource, Project

LOADER_VERSION = 2
"""Raise it when the same sources give another tree."""
FRAMES = ("areas", "ancestors", "boundaries", "overlays")


def load_areas(project: Project) -> AreaTree:
    """The area tree of a project.

    A tree once made is kept below `paths.work` under its fingerprint and read from there until a source changes.

    Raises:
        ContractError: a source is missing or unreadable, or its codes, levels or parents do not make one tree.
    """
    fingerprint = fingerprint_of(project)
    kept = project.paths.work / f"areas-{fingerprint}"
    if (kept / "findings.json").is_file():
        return read_kept(kept, fingerprint, project)
    tree = make_tree(project, fingerprint)
    keep(tree, kept)
    return tree


def fingerprint_of(project: Project) -> str:
    """Hash of the bytes of every source, its declaration, the levels and the loader."""
    digest = hashlib.sha256(f"{LOADER_VERSION}|{[level.code for level in project.levels]}".encode())
    for source in project.area_sources:
        # Where the file lies does not change what it says.
        declared = repr(source).replace(str(source.path), source.label)
        digest.update(declared.encode())
        for file in files_of(source):
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:32]


def files_of(source: AreaSource) -> list[Path]:
    """The files of a source; a Shapefile has several."""
    if source.path is None or not source.path.is_file():
        return []
    if source.path.suffix.lower() != ".shp":
        return [source.path]
    return sorted(source.path.parent.glob(f"{source.path.stem}.*"))


def make_tree(project: Project, fingerprint: str) -> AreaTree:
    """The tree, read from the sources."""
    levels = tuple(level.code for level in project.levels)
    register = Register(levels)
    overlays: list[OverlayRow] = []
    findings: list[str] = []
    for source in project.area_sources:
        if source.path is None:
            register.add_source(inline_rows(source))
            continue
        table = read_source(source)
        findings += table.findings
        if source.nesting:
            findings += add_nested(register, source, table)
            continue
        areas, extra = stated_rows(source, table, levels)
        unknown = register.add_source(areas)
        overlays += extra
        overlays += [OverlayRow(row.label, row.name, "", row.geometry) for row in unknown if row.geometry is not None]
        lost = [row.name for row in unknown if row.geometry is None]
        if lost:
            findings.append(f"{table.label}: {len(lost)} names have no code and are not known: {', '.join(lost[:50])}.")
    register.link()
    return assemble_tree(register, overlays, findings, fingerprint, levels)


def keep(tree: AreaTree, folder: Path) -> None:
    """Writes the tree beside and moves it into place, so that a reader never sees half of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="areas-", suffix=".part", dir=folder.parent))
    for name in FRAMES:
        getattr(tree, name).write_parquet(scratch / f"{name}.parquet")
    (scratch / "findings.json").write_text(json.dumps(tree.findings, ensure_ascii=False), encoding="utf-8")
    try:
        scratch.rename(folder)
    except OSError:
        # Another process kept the same tree first.
        shutil.rmtree(scratch)


def read_kept(folder: Path, fingerprint: str, project: Project) -> AreaTree:
    """The tree kept in a folder."""
    frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in FRAMES}
    findings = tuple(json.loads((folder / "findings.json").read_text(encoding="utf-8")))
    levels = tuple(level.code for level in project.levels)
    return AreaTree(**frames, findings=findings, fingerprint=fingerprint, levels=levels)
