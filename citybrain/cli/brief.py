"""`citybrain brief`: the leadership's weekly briefing as DOCX, PDF and HTML."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.cli.options import HERE, AsJson, Language, ProjectFolder
from citybrain.cli.output import print_json

if TYPE_CHECKING:
    from citybrain.briefing import Briefing, ReportingWeek
    from citybrain.project import Project
    from citybrain.query import City


def brief(
    project: ProjectFolder = HERE,
    week: Annotated[
        str, typer.Option(help="Week, such as 2020-W08; the last one that is over and has data if not given.")
    ] = "",
    area: Annotated[str, typer.Option(help="Code of the area; the top one if not given.")] = "",
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = HERE,
    form: Annotated[str, typer.Option("--format", help="docx, pdf, html, or several with commas.")] = "docx,pdf",
    issue: Annotated[
        bool, typer.Option("--issue", help="Number it within the year and keep it in the archive.")
    ] = False,
    again: Annotated[str, typer.Option(metavar="ID", help="Make an issued briefing again from its snapshot.")] = "",
    snapshot: Annotated[str, typer.Option(metavar="ID", help="Of this snapshot instead of the served one.")] = "",
    language: Language = "zh",
    as_json: AsJson = False,
) -> None:
    """Write the weekly briefing. A draft, unless it is issued or made again."""
    from citybrain.briefing import compose_briefing, issue_briefing, pinned_city, read_issue, remake_briefing
    from citybrain.project import load_project
    from citybrain.query import local_user

    city, access, forms = load_project(project), local_user(), parse_formats(form)
    archive = city.paths.data / "briefings"
    if again:
        kept = read_issue(archive, again)
        briefing, identity = remake_briefing(kept, city.paths.snapshots, access), kept.id
    else:
        with pinned_city(city.paths.snapshots, snapshot) as at:
            briefing = compose_briefing(
                at, access, _week(at, week, city.briefing.week_begins), area or None,
                language=language, settings=city.briefing,
            )  # fmt: skip
        identity = f"{briefing.week}-{briefing.area}-{briefing.language}"
        if issue:
            kept = issue_briefing(archive, briefing, city.briefing, fonts_of(city))
            briefing, identity = kept.briefing, kept.id
    written = write_files(briefing, out, identity, forms, fonts_of(city))
    report(briefing, identity if issue or again else "", written, as_json)


def parse_formats(text: str) -> list[str]:
    """The formats named in the option, in its order. Raises typer.BadParameter for others."""
    from citybrain.briefing import FORMATS

    forms = [part.strip() for part in text.split(",") if part.strip()]
    if not forms or not set(forms) <= set(FORMATS):
        raise typer.BadParameter(f"'{text}' is not a list of {', '.join(FORMATS)}", param_hint="--format")
    return list(dict.fromkeys(forms))


def fonts_of(city: Project) -> Path:
    """Where a project may put fonts of its own."""
    return city.paths.data / "fonts"


def _week(city: City, text: str, begins_on: str) -> ReportingWeek:
    from citybrain.briefing import last_whole_week, parse_week
    from citybrain.query import local_user

    if text:
        return parse_week(text, begins_on)
    return last_whole_week(city.snapshot_info(local_user()), begins_on)


def write_files(briefing: Briefing, out: Path, identity: str, forms: list[str], fonts: Path) -> list[Path]:
    """Writes the papers and returns their files."""
    from citybrain.briefing import render
    from citybrain.errors import BuildError

    written = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for form in forms:
            file = out / f"briefing-{identity}.{form}"
            file.write_bytes(render(briefing, form, fonts))
            written.append(file)
    except OSError as error:
        remedy = "Choose another folder with --out"
        raise BuildError(str(out), "the files cannot be written", found=error.strerror or "", remedy=remedy) from error
    return written


def report(briefing: Briefing, identity: str, written: list[Path], as_json: bool) -> None:
    """Prints what was written, or the whole briefing as JSON."""
    from citybrain.briefing import plain_text, to_json

    if as_json:
        head = {f.name: getattr(briefing, f.name) for f in dataclasses.fields(briefing)}
        named = {k: head[k] for k in ("number", "week", "area", "language", "snapshot", "as_of")}
        print_json({"id": identity or None, **named, "files": written, "content": to_json(briefing)})
        return
    typer.echo(f"{plain_text(briefing.title)} ({plain_text(briefing.issue_line)}), snapshot {briefing.snapshot}")
    for file in written:
        typer.echo(str(file))
