"""`citybrain quality validation`: numbers that do not stand to each other as they must, and what became of each."""

from __future__ import annotations

import getpass
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.cli.options import HERE, AsJson, By, CameBack, Language, OnlyArea, OnlyPeriods, OnlyRule, ProjectFolder
from citybrain.cli.output import print_json, print_table
from citybrain.cli.periods import parse_period

if TYPE_CHECKING:
    from citybrain.operations import Item, Ledger
    from citybrain.query import AccessContext, City
    from citybrain.query.validation import AskedFindings, ValidationFinding

validation_app = typer.Typer(no_args_is_help=False, help="List numbers that break a rule; tell, explain and close one.")

Rule = Annotated[str, typer.Argument(metavar="RULE", help="Rule, such as beds_occupied_within_beds.")]
AreaCode = Annotated[str, typer.Argument(metavar="AREA", help="Code of the area.")]
PeriodOn = Annotated[str, typer.Argument(metavar="PERIOD", help="The period: 2020-02-03, 2020-W06 or 2020-02.")]
Person = Annotated[str, typer.Option(help="Person or desk that was told.")]


@dataclass(frozen=True)
class Desk:
    """What every command needs: the served city, the ledger brought up to it, and who asks."""

    city: City
    ledger: Ledger
    access: AccessContext

    def findings(self, asked: AskedFindings) -> list[ValidationFinding]:
        """Those that are asked for."""
        return self.city.validation_findings(self.access, self.ledger, asked)

    def item(self, rule: str, area: str, period: str) -> Item:
        """The item that the arguments of a command name."""
        on = parse_period(period, "PERIOD").first.isoformat()
        return self.city.validation_item(self.access, self.ledger, (rule, area, on))

    def say(self, item: Item, as_json: bool) -> None:
        """Prints how an item stands now."""
        if as_json:
            print_json(asdict(item))
            return
        due = f", due {item.due_on}" if item.due_on else ""
        told = f", told {item.told_to}" if item.told_to else ""
        typer.echo(f"{' '.join(item.key)}: {item.status.value}, {item.owner}{told}{due}.")


def open_desk(project: Path) -> Desk:
    """Opens the served snapshot and the ledger of a project, and settles the one with the other."""
    from citybrain.operations import FindingKind, Ledger, open_operations, operations_url
    from citybrain.project import load_project
    from citybrain.query import local_user, open_city

    loaded = load_project(project)
    city = open_city(loaded.paths.snapshots)
    city.snapshot_info(local_user())
    ledger = Ledger(open_operations(operations_url(loaded)), kind=FindingKind.VALIDATION)
    city.settle_validation(ledger)
    return Desk(city, ledger, local_user())


@validation_app.callback(invoke_without_command=True)
def validation(
    ctx: typer.Context,
    project: ProjectFolder = HERE,
    rule: OnlyRule = "",
    area: OnlyArea = "",
    period: OnlyPeriods = "",
    state: Annotated[
        str, typer.Option(help="Only open, reopened, told, assigned, explained, closed or gone; or all.")
    ] = "",
    department: Annotated[str, typer.Option(help="Only rules of this department; with --to it is who is told.")] = "",
    person: Person = "",
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", help="Write a workbook (.xlsx), or one a department into a folder; what is in it is told."
        ),
    ] = None,
    back: CameBack = None,
    by: By = "",
    as_json: AsJson = False,
    language: Language = "zh",
) -> None:
    """List numbers that break a rule. With --to as a workbook to send out; with --from its answers are taken."""
    if ctx.invoked_subcommand:
        return
    desk, who = open_desk(project), by or getpass.getuser()
    if back:
        _take_back(desk, back, who)
        return
    asked = _asked(rule, area, period, state, department)
    if to:
        _send_out(desk, asked, to, person, who, language)
    elif as_json:
        print_json([asdict(f) for f in desk.findings(asked)])
    else:
        _print_findings(desk.findings(asked), language)


def _asked(rule: str, area: str, period: str, state: str, department: str) -> AskedFindings:
    """What the options name; what is done with only when asked for."""
    from citybrain.query.validation import FINDING_STATES, SETTLED_STATES, AskedFindings

    if state and state not in (*FINDING_STATES, "all"):
        raise typer.BadParameter(f"one of {', '.join(FINDING_STATES)} or all", param_hint="--state")
    undone = tuple(s for s in FINDING_STATES if s not in SETTLED_STATES)
    states = () if state == "all" else (state,) if state else undone
    span = parse_period(period, "--period") if period else None
    return AskedFindings(rule, area, (span.first, span.last) if span else None, department, states)


@validation_app.command()
def show(
    rule: Rule, area: AreaCode, period: PeriodOn, project: ProjectFolder = HERE, as_json: AsJson = False,
    language: Language = "zh",
) -> None:  # fmt: skip
    """Show one finding: both numbers, who was told, and its history."""
    from citybrain.query.validation import AskedFindings

    desk = open_desk(project)
    item = desk.item(rule, area, period)
    [finding] = [f for f in desk.findings(AskedFindings(rule, area)) if f.key == item.key]
    history, notices = desk.city.validation_story(desk.access, desk.ledger, item.key)
    if as_json:
        print_json({**asdict(finding), "notices": notices, "history": history})
        return
    _print_findings([finding], language)
    told = [(n.at, n.department, n.person, n.way.value, n.by, n.note) for n in notices]
    print_table(("told (UTC)", "department", "person", "way", "by", "note"), told)
    lines = [(e.at, e.by, e.event, e.status.value, e.note, e.snapshot) for e in history]
    print_table(("at (UTC)", "by", "event", "status", "note", "snapshot"), lines)


@validation_app.command()
def tell(
    rule: Rule, area: AreaCode, period: PeriodOn,
    department: Annotated[str, typer.Option(help="Department that was told; that of the rule if not given.")] = "",
    person: Person = "", note: Annotated[str, typer.Option(help="What was said.")] = "", by: By = "",
    project: ProjectFolder = HERE, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write down who was told by hand: on paper, by telephone, in a meeting."""
    from citybrain.cli.findings_workbook import notice_of
    from citybrain.operations import Way

    desk = open_desk(project)
    item = desk.item(rule, area, period)
    notice = notice_of(by or getpass.getuser(), department or item.owner, person, Way.BY_HAND, note)
    desk.say(desk.ledger.tell([item], notice)[0], as_json)


@validation_app.command()
def assign(
    rule: Rule, area: AreaCode, period: PeriodOn,
    owner: Annotated[str, typer.Option(help="Who must explain or mend it.")] = ...,  # type: ignore[assignment]
    due: Annotated[str, typer.Option(help="Until which day.")] = "", by: By = "", project: ProjectFolder = HERE,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Name who must explain or mend a finding, and until when."""
    desk = open_desk(project)
    due_on = parse_period(due, "--due").last if due else None
    desk.say(desk.ledger.assign(desk.item(rule, area, period), owner, by or getpass.getuser(), due_on), as_json)


@validation_app.command()
def explain(
    rule: Rule, area: AreaCode, period: PeriodOn,
    text: Annotated[str, typer.Option(help="Why the numbers are as they are.")] = ...,  # type: ignore[assignment]
    by: By = "", project: ProjectFolder = HERE, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Explain a finding as large as it is now; if it grows it opens again."""
    desk = open_desk(project)
    desk.say(desk.ledger.explain(desk.item(rule, area, period), text, by or getpass.getuser()), as_json)


@validation_app.command()
def close(
    rule: Rule, area: AreaCode, period: PeriodOn,
    note: Annotated[str, typer.Option(help="Why, where nobody has explained it.")] = "", by: By = "",
    project: ProjectFolder = HERE, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Close a finding that is explained; if it grows or comes back it opens again."""
    desk = open_desk(project)
    desk.say(desk.ledger.close(desk.item(rule, area, period), by or getpass.getuser(), note), as_json)


def _print_findings(findings: list[ValidationFinding], language: str) -> None:
    headings = (
        "rule",
        "area",
        "name",
        "period",
        "left",
        "",
        "right",
        "result",
        "state",
        "owner",
        "told",
        "first seen",
        "due",
    )
    print_table(headings, [
        (f"{f.title_zh if language == 'zh' else f.title_en} ({f.rule})", f.area_code, f.area_name, f.period_on, f.left_value,
         f.operator, f.right_value, f.verdict, f.state, f.owner, f.told_to, f.first_seen, f.due_on)
        for f in findings
    ])  # fmt: skip


def _send_out(desk: Desk, asked: AskedFindings, to: Path, person: str, by: str, language: str) -> None:
    """Writes the workbook, or into a folder one for each department; then who was told of what stands in it."""
    from citybrain.cli.findings_workbook import notice_of
    from citybrain.cli.validation_workbook import write_workbook
    from citybrain.operations import Way

    findings = desk.findings(asked)
    titles = {i.code: i.title(language) for i in desk.city.indicators(desk.access)}
    info = desk.city.snapshot_info(desk.access)
    items = {i.key: i for i in desk.ledger.items(asked.rule)}
    if to.suffix.lower() == ".xlsx":
        write_workbook(to, findings, titles, info, language)
    elif to.suffix:
        raise typer.BadParameter("a file that ends in .xlsx, or a folder", param_hint="--to")
    else:
        to.mkdir(parents=True, exist_ok=True)
    for department, theirs in _by_department(findings, asked.department).items():
        file = to if to.suffix else to / f"{department}.xlsx"
        if not to.suffix:
            write_workbook(file, theirs, titles, info, language)
        told = notice_of(by, department, person, Way.WORKBOOK, file.name)
        desk.ledger.tell([items[f.key] for f in theirs], told)
        typer.echo(f"{file}: {len(theirs):,} findings, told {department}.", err=True)


def _by_department(findings: list[ValidationFinding], asked: str) -> dict[str, list[ValidationFinding]]:
    """Who is told of which findings: the department that was asked for, else whoever must mend them."""
    told: dict[str, list[ValidationFinding]] = {}
    for finding in findings:
        told.setdefault(asked or finding.owner, []).append(finding)
    return told


def _take_back(desk: Desk, back: Path, by: str) -> None:
    from citybrain.cli.findings_workbook import take_explanations
    from citybrain.cli.validation_workbook import read_explanations

    taken, same = take_explanations(desk.ledger, read_explanations(back), by)
    typer.echo(f"{back}: {taken:,} explanations taken, {same:,} known already.", err=True)
