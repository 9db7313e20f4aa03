"""`citybrain link`: pairs that linkage leaves to a person, their decisions, and what departments state differently."""

from __future__ import annotations

import datetime as dt
import getpass
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citybrain.cli.options import HERE, AsJson, ProjectFolder
from citybrain.cli.output import print_json, print_table

if TYPE_CHECKING:
    from citybrain.contracts.contract import Contract
    from citybrain.project import Project
    from citybrain.query.linkage import ReviewPair

link_app = typer.Typer(no_args_is_help=True, help="Who is who: review, decide, conflicts.")

Values = dict[tuple[int, int], list[dict[str, Any]]]
"""Pair -> what feeds say of its two sides."""


class Verdict(StrEnum):
    """What a person may answer to a pair."""

    SAME = "same"
    DIFFERENT = "different"


@link_app.command()
def review(
    project: ProjectFolder = HERE,
    limit: Annotated[int, typer.Option(min=1, help="Most pairs to list.")] = 50,
    purpose: Annotated[
        str, typer.Option(help="Show names and numbers of both sides, for this purpose; the opening is written down.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List pairs that wait for a decision, the likeliest first."""
    from citybrain.build.linking import decisions_file
    from citybrain.linkage import read_decisions
    from citybrain.project import load_project
    from citybrain.query import local_user
    from citybrain.query.linkage import LinkageQuestions

    city = load_project(project)
    # The next build takes the decisions; until then the pairs still stand in the snapshot.
    decided = {(d.mention_key, d.person_key) for d in read_decisions(decisions_file(city))}
    asked = LinkageQuestions(city.paths.snapshots).review(local_user())
    open_pairs = [p for p in asked if (p.mention_key, p.person_key) not in decided]
    pairs = open_pairs[:limit]
    values = _values(city, pairs, purpose) if purpose else {}
    if as_json:
        print_json([asdict(p) | ({"values": values.get(_key(p), [])} if purpose else {}) for p in pairs])
        return
    headings = ("mention", "person", "score", "reasons", "table", "file", "line", "rows")
    print_table(headings, [
        (str(p.mention_key), str(p.person_key), p.score, ", ".join(p.reasons), p.table_name, p.file_name,
         str(p.source_line), p.rows)
        for p in pairs
    ])  # fmt: skip
    for pair in pairs if values else ():
        _print_values(pair, values.get(_key(pair), []))
    typer.echo(f"{len(pairs):,} of {len(open_pairs):,} pairs that wait.", err=True)


@link_app.command()
def decide(
    mention_key: Annotated[int, typer.Argument(metavar="MENTION_KEY", help="First key of the pair.")],
    person_key: Annotated[int, typer.Argument(metavar="PERSON_KEY", help="Second key of the pair.")],
    verdict: Annotated[Verdict, typer.Argument(help="Whether both are one person.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    note: Annotated[str, typer.Option(help="Why; names nobody.")] = "",
    unlisted: Annotated[bool, typer.Option("--unlisted", help="The pair does not stand in the review.")] = False,
    project: ProjectFolder = HERE,
) -> None:
    """Decide a pair. The next build joins or parts them; of several decisions the last counts."""
    from citybrain.build.linking import decisions_file
    from citybrain.errors import AccessError
    from citybrain.linkage import Decision, read_decisions, record_decision
    from citybrain.project import load_project
    from citybrain.query import local_user
    from citybrain.query.linkage import LinkageQuestions

    city = load_project(project)
    file = decisions_file(city)
    before = {(d.mention_key, d.person_key) for d in read_decisions(file)}
    is_listed = LinkageQuestions(city.paths.snapshots).pair(local_user(), mention_key, person_key) is not None
    if not (is_listed or unlisted or (mention_key, person_key) in before):
        raise AccessError(
            f"{mention_key} {person_key}", "this pair does not wait for a decision",
            remedy="`citybrain link review` lists them; --unlisted decides any two keys",
        )  # fmt: skip
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    record_decision(file, Decision(mention_key, person_key, verdict.value, by, at, note))
    typer.echo(f"{mention_key} and {person_key}: {verdict.value}. The next `citybrain build` takes it.")


@link_app.command()
def conflicts(
    project: ProjectFolder = HERE,
    attribute: Annotated[str, typer.Option(help="Only this attribute, such as phone.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show where departments state an attribute differently. How often they agree, and whose word counts."""
    from citybrain.project import load_project
    from citybrain.query import local_user
    from citybrain.query.linkage import LinkageQuestions

    questions = LinkageQuestions(load_project(project).paths.snapshots)
    agreement = questions.agreement(local_user(), attribute)
    found = questions.conflicts(local_user(), attribute)
    if as_json:
        print_json({"agreement": agreement, "conflicts": found})
        return
    print_table(("kind", "attribute", "department", "department", "both state it", "agree", "%"), [
        (a.kind, a.attribute, a.left_department, a.right_department, a.pairs, a.agreeing, round(a.agreement_pct, 2))
        for a in agreement
    ])  # fmt: skip
    print_table(("kind", "attribute", "departments", "conflicts", "whose word counts", "by"), [
        (c.kind, c.attribute, ", ".join(c.departments), c.conflicts, c.winner, c.decided_by) for c in found
    ])  # fmt: skip


def _key(pair: ReviewPair) -> tuple[int, int]:
    return pair.mention_key, pair.person_key


def _values(city: Project, pairs: Sequence[ReviewPair], purpose: str) -> Values:
    """What the vault holds of both sides: of the row, and of the person in every feed that the purpose opens.

    Raises:
        AccessError: the contract of a feed that the pairs' rows come from does not allow the purpose.
    """
    from citybrain.contracts import load_contracts
    from citybrain.warehouse.vault import has_identities, vault_file

    sealed = {c.feed: c for c in load_contracts(city) if has_identities(c) and vault_file(city.paths, c.feed).exists()}
    stated = {p.feed for p in pairs}
    # The feeds of the rows first: where one of them may not be opened, nothing is.
    chosen = [c for feed, c in sealed.items() if feed in stated]
    chosen += [c for feed, c in sealed.items() if feed not in stated and purpose in c.owner.purposes]
    _refuse(chosen, purpose)
    values: Values = defaultdict(list)
    for contract in chosen:
        _add_values(city, contract, pairs, purpose, values)
    return values


def _refuse(contracts: Sequence[Contract], purpose: str) -> None:
    from citybrain.errors import AccessError

    for contract in contracts:
        if purpose not in contract.owner.purposes:
            raise AccessError(
                contract.feed, "identities are opened only for a purpose that the feed's contract names",
                found=f"'{purpose}'", expected=" or ".join(contract.owner.purposes) or "none: it names no purpose",
                remedy="State the purpose, or ask the owner of the feed",
            )  # fmt: skip


def _add_values(city: Project, contract: Contract, pairs: Sequence[ReviewPair], purpose: str, values: Values) -> None:
    from citybrain.warehouse.vault import opened_vault

    with opened_vault(city.paths, contract, user=getpass.getuser(), purpose=purpose) as con:
        keys = sorted({p.person_key for p in pairs})
        lines = sorted({(p.batch, p.source_line) for p in pairs if p.feed == contract.feed})
        found = con.execute(
            "SELECT * FROM identities WHERE list_contains($keys::BIGINT[], person_key)"
            " OR list_contains($lines::VARCHAR[], batch || '-' || source_line) ORDER BY batch DESC, source_line",
            {"keys": keys, "lines": [f"{batch}-{line}" for batch, line in lines]},
        )
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    for pair in pairs:
        own = [
            r
            for r in rows
            if pair.feed == contract.feed and (r["batch"], r["source_line"]) == (pair.batch, pair.source_line)
        ]
        # The newest row about the person is enough to compare with.
        known = [r for r in rows if r["person_key"] == pair.person_key][:1]
        for side, said in (("mention", own), ("person", known)):
            values[_key(pair)] += [{"side": side, "feed": contract.feed, **_named(r)} for r in said]


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("person_key", "batch", "source_line")}


def _print_values(pair: ReviewPair, values: Sequence[dict[str, Any]]) -> None:
    typer.echo(f"{pair.mention_key} {pair.person_key}")
    names = list(dict.fromkeys(n for v in values for n in v))
    print_table(names, [[v.get(n) for n in names] for v in values])
