"""`citybrain reconcile`: where two departments differ, who and what stands on one side only, and what was said about it."""

from __future__ import annotations

import datetime as dt
import getpass
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citybrain.cli.options import HERE, AsJson, By, CameBack, Language, OnlyArea, OnlyPeriods, OnlyRule, ProjectFolder
from citybrain.cli.output import print_json, print_table
from citybrain.cli.periods import parse_period

if TYPE_CHECKING:
    from citybrain.operations import Item, Ledger
    from citybrain.query import AccessContext, City
    from citybrain.query.reconciliation import ReconciliationRule

reconcile_app = typer.Typer(no_args_is_help=False, help="List differences between departments; show and explain one.")

Rule = Annotated[str, typer.Argument(metavar="RULE", help="Rule, such as fever_clinic_follow_ups.")]
AreaCode = Annotated[str, typer.Argument(metavar="AREA", help="Code of the area.")]
PeriodOn = Annotated[
    str, typer.Argument(metavar="[PERIOD]", help="First day of the period; none for rules over the whole time.")
]


@dataclass
class Desk:
    """What every command needs: the served city, the ledger brought up to it, and who asks."""

    city: City
    ledger: Ledger
    access: AccessContext

    @cached_property
    def rules(self) -> dict[str, ReconciliationRule]:
        """Rules of the snapshot by id, in their order."""
        return {r.rule: r for r in self.city.reconciliation_rules(self.access)}

    @cached_property
    def cells(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """Cells of the snapshot that do not simply agree, by rule, area and period as the ledger writes it."""
        from citybrain.operations.finding import period_text
        from citybrain.query.reconciliation import Asked
        from citybrain.reconciliation import Status

        asked = Asked(statuses=tuple(s for s in Status if s is not Status.AGREES))
        rows = self.city.reconciliations(self.access, asked).iter_rows(named=True)
        return {(r["rule"], r["area_code"], period_text(r["period_on"])): r for r in rows}

    def below(self, area: str) -> set[str]:
        """Codes of an area and of all below it."""
        levels = self.city.levels(self.access, area)
        return {area, *(a.code for level in levels for a in self.city.areas(self.access, area, level))}

    def item(self, rule: str, area: str, period: str) -> Item:
        """The item that the arguments of a command name."""
        self.city.area(self.access, area)
        return self.ledger.item(rule, area, parse_period(period, "PERIOD").first if period else None)


def open_desk(project: Path) -> Desk:
    """Opens the served snapshot and the ledger of a project, and settles the one with the other."""
    from citybrain.operations import Ledger, open_operations, operations_url
    from citybrain.project import load_project
    from citybrain.query import local_user, open_city

    loaded = load_project(project)
    city = open_city(loaded.paths.snapshots)
    city.snapshot_info(local_user())
    ledger = Ledger(open_operations(operations_url(loaded)))
    city.settle_reconciliations(ledger)
    return Desk(city, ledger, local_user())


@reconcile_app.callback(invoke_without_command=True)
def reconcile(
    ctx: typer.Context,
    project: ProjectFolder = HERE,
    rule: OnlyRule = "",
    area: OnlyArea = "",
    period: OnlyPeriods = "",
    status: Annotated[
        str, typer.Option(help="Only items that are open, told, assigned, explained, closed or reopened.")
    ] = "",
    to: Annotated[
        Path | None, typer.Option("--to", help="Write a workbook (.xlsx) to send out; what is in it counts as told.")
    ] = None,
    back: CameBack = None,
    department: Annotated[
        str, typer.Option(help="Only rules that this department has to do with; with --to it is who is told.")
    ] = "",
    person: Annotated[str, typer.Option(help="With --to: person or desk that is told.")] = "",
    by: By = "",
    as_json: AsJson = False,
    language: Language = "zh",
) -> None:
    """List where departments differ. With --to as a workbook to send out; with --from its answers are taken."""
    if ctx.invoked_subcommand:
        return
    desk = open_desk(project)
    if back:
        _take_back(desk, back, by or getpass.getuser())
        return
    items = _chosen(desk, rule, area, period, status, department)
    if to:
        _send_out(desk, items, to, language)
        _tell(desk, items, (department, person), to.name, by or getpass.getuser())
    elif as_json:
        print_json([_as_row(desk, item) for item in items])
    else:
        _print_items(desk, items, language)


@reconcile_app.command()
def show(
    rule: Rule,
    area: AreaCode,
    period: PeriodOn = "",
    project: ProjectFolder = HERE,
    limit: Annotated[int, typer.Option(help="Most records to list.")] = 50,
    as_json: AsJson = False,
    language: Language = "zh",
) -> None:
    """Show one item: both sides, the records on one side only with file and line, and its history."""
    desk = open_desk(project)
    item = desk.item(rule, area, period)
    on = dt.date.fromisoformat(item.period) if item.period else None
    records = desk.city.reconciliation_records(desk.access, rule, area, on, limit)
    history = desk.ledger.history(item)
    if as_json:
        print_json({**_as_row(desk, item), "records": records, "history": history})
        return
    _print_items(desk, [item], language)
    from citybrain.reconciliation.words import reason_words

    known = desk.rules.get(rule)
    print_table(("side", "reason", "amount", "file", "line", "other row"), [
        (known.side_title(r.side, language) if known else r.side, reason_words(r.reason, language), r.amount, r.file_name,
         str(r.source_line), f"{r.evidence_file}:{r.evidence_line}" if r.evidence_file else "")
        for r in records
    ])  # fmt: skip
    print_table(
        ("at (UTC)", "by", "event", "status", "note"), [(e.at, e.by, e.event, e.status, e.note) for e in history]
    )


@reconcile_app.command()
def assign(
    rule: Rule,
    area: AreaCode,
    period: PeriodOn = "",
    owner: Annotated[str, typer.Option(help="Who must explain it.")] = ...,  # type: ignore[assignment]
    due: Annotated[str, typer.Option(help="Until which day.")] = "",
    by: By = "",
    project: ProjectFolder = HERE,
) -> None:
    """Name who must explain an item, and until when."""
    desk = open_desk(project)
    due_on = parse_period(due, "--due").last if due else None
    _say(desk.ledger.assign(desk.item(rule, area, period), owner, by or getpass.getuser(), due_on))


@reconcile_app.command()
def explain(
    rule: Rule,
    area: AreaCode,
    period: PeriodOn = "",
    text: Annotated[str, typer.Option(help="Why the two sides differ.")] = ...,  # type: ignore[assignment]
    by: By = "",
    project: ProjectFolder = HERE,
) -> None:
    """Explain the difference of an item, as large as it is now; if it grows it opens again."""
    desk = open_desk(project)
    _say(desk.ledger.explain(desk.item(rule, area, period), text, by or getpass.getuser()))


@reconcile_app.command()
def close(
    rule: Rule,
    area: AreaCode,
    period: PeriodOn = "",
    note: Annotated[str, typer.Option(help="Why, where nobody has explained it.")] = "",
    by: By = "",
    project: ProjectFolder = HERE,
) -> None:
    """Close an item that is explained; if the difference grows or comes back it opens again."""
    desk = open_desk(project)
    _say(desk.ledger.close(desk.item(rule, area, period), by or getpass.getuser(), note))


def _chosen(desk: Desk, rule: str, area: str, period: str, status: str, department: str) -> list[Item]:
    """The items of the ledger that the options name; closed ones only when asked for."""
    from citybrain.operations import ItemStatus

    if status and status not in list(ItemStatus):
        raise typer.BadParameter(f"one of {', '.join(ItemStatus)}", param_hint="--status")
    span = parse_period(period, "--period") if period else None
    rules = desk.rules
    codes = desk.below(area) if area else None
    return [
        i
        for i in desk.ledger.items(rule, codes)
        if (i.status == status if status else i.status is not ItemStatus.CLOSED)
        and (not span or (i.period and span.first.isoformat() <= i.period <= span.last.isoformat()))
        and (not department or (i.rule in rules and department in rules[i.rule].departments))
    ]


def _as_row(desk: Desk, item: Item) -> dict[str, Any]:
    """An item beside the counts of the snapshot."""
    return {**asdict(item), **_counts(desk, item)}


def _counts(desk: Desk, item: Item) -> dict[str, Any]:
    """What both sides say in the snapshot; nothing where they agree by now."""
    names = ("area_name", "left_count", "right_count", "matched", "difference")
    cell = desk.cells.get(item.key)
    return {n: cell[n] for n in names} if cell else {}


def _print_items(desk: Desk, items: list[Item], language: str) -> None:
    rules = desk.rules
    headings = (
        "rule",
        "area",
        "name",
        "period",
        "left",
        "right",
        "matched",
        "left only",
        "right only",
        "status",
        "owner",
        "due",
    )
    rows = []
    for item in items:
        counts = _counts(desk, item)
        title = rules[item.rule].title(language) if item.rule in rules else item.rule
        rows.append((
            f"{title} ({item.rule})", item.area_code, counts.get("area_name"), item.period, counts.get("left_count"),
            counts.get("right_count"), counts.get("matched"), item.left_only, item.right_only, item.status.value, item.owner,
            item.due_on,
        ))  # fmt: skip
    print_table(headings, rows)


def _send_out(desk: Desk, items: list[Item], to: Path, language: str) -> None:
    from citybrain.cli.reconciliation_workbook import Sent, write_workbook

    if to.suffix.lower() != ".xlsx":
        raise typer.BadParameter("the file must end in .xlsx", param_hint="--to")
    info = desk.city.snapshot_info(desk.access)
    sent = []
    for item in items:
        if item.rule in desk.rules:
            on = dt.date.fromisoformat(item.period) if item.period else None
            records = desk.city.reconciliation_records(desk.access, item.rule, item.area_code, on)
            sent.append(Sent(item, desk.rules[item.rule], _counts(desk, item), tuple(records)))
    write_workbook(to, sent, info, language)
    typer.echo(f"{to}: {len(sent):,} differences.", err=True)


def _tell(desk: Desk, items: list[Item], whom: tuple[str, str], workbook: str, by: str) -> None:
    """Writes down who gets the workbook: the department asked for, else the owner of each item."""
    from citybrain.cli.findings_workbook import notice_of
    from citybrain.operations import Way

    department, person = whom
    for owner in sorted({i.owner for i in items}):
        told = notice_of(by, department or owner, person, Way.WORKBOOK, workbook)
        desk.ledger.tell([i for i in items if i.owner == owner], told)


def _take_back(desk: Desk, back: Path, by: str) -> None:
    from citybrain.cli.findings_workbook import take_explanations
    from citybrain.cli.reconciliation_workbook import read_explanations

    taken, same = take_explanations(desk.ledger, read_explanations(back), by)
    typer.echo(f"{back}: {taken:,} explanations taken, {same:,} known already.", err=True)


def _say(item: Item) -> None:
    due = f", due {item.due_on}" if item.due_on else ""
    typer.echo(f"{' '.join(k for k in item.key if k)}: {item.status.value}, {item.owner}{due}.")
