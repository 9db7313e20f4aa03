"""What each part of a snapshot is made of: equal fingerprints, equal content; so only what changed is computed again."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from citybrain.areas import AreaTree
from citybrain.build.declarations import Declarations
from citybrain.contracts.fingerprint import contract_fingerprint
from citybrain.indicators import Indicator
from citybrain.ingest import Batch
from citybrain.project import Project
from citybrain.reconciliation import reconciliation_parts
from citybrain.reporting import deadlines_past, last_known, quality_parts, reporting_feeds

FORMAT = "5"
"""Raise it when the tables of `reference` change: every snapshot is then made from nothing."""
Parts = dict[str, str]


def fingerprints(
    project: Project, declarations: Declarations, areas: AreaTree, batches: Sequence[Batch],
    as_of: dt.datetime | None, inputs: Parts,
) -> Parts:  # fmt: skip
    """Fingerprint by part of the snapshot, in the order in which parts are made; `inputs` are those of `records.*`."""
    parts = inputs | {"shared.areas": areas_fingerprint(areas)}
    for model in declarations.models:
        parts[model.name] = digest(FORMAT, model.fingerprint(parts))
    past = deadlines_past(declarations.contracts, batches, as_of, project.timezone)
    parts["shared.reports"] = digest(_of_reports(declarations, batches, as_of, parts), *past)
    for source in cube_sources(declarations.indicators):
        told = [repr(i) for i in _of_source(declarations.indicators, source)]
        parts[f"cube {source}"] = digest(FORMAT, parts.get(source, ""), parts["shared.areas"], *told)
    parts |= _of_verdicts(declarations, parts)
    parts |= quality_parts(
        parts, declarations.indicators, declarations.validation, declarations.clocks, last_known(batches, as_of),
        project.timezone,
    )  # fmt: skip
    parts |= reconciliation_parts(declarations.reconciliations, parts)
    feeds = [f"{c.feed}:{c.title}:{c.owner}:{c.due}:{contract_fingerprint(c)}" for c in declarations.contracts]
    ledger = [f"{b.batch}:{b.recipe}:{b.error}" for b in batches]
    parts["feeds"] = digest(FORMAT, *feeds, *ledger, str(as_of))
    parts["dictionary"] = digest(FORMAT, *(repr(i) for i in declarations.indicators))
    parts["project"] = digest(FORMAT, project.name, project.timezone, repr(project.levels))
    return {n: v for n, v in parts.items() if n not in inputs}


def areas_fingerprint(areas: AreaTree) -> str:
    """Of the area tree."""
    return digest(FORMAT, areas.fingerprint)


def cube_sources(indicators: Sequence[Indicator]) -> list[str]:
    """The tables that indicators measure."""
    return sorted({i.measure.source for i in indicators if i.measure})


def digest(*parts: str) -> str:
    """SHA-256 of some texts in their order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _of_reports(declarations: Declarations, batches: Sequence[Batch], as_of: dt.datetime | None, parts: Parts) -> str:
    """Superseded deliveries count too: what a corrected report said before is in them."""
    feeds = {c.feed: repr(c.due) for c in reporting_feeds(declarations.contracts)}
    taken = [f"{b.batch}:{b.recipe}" for b in batches if b.feed in feeds]
    return digest(FORMAT, parts["shared.observations"], parts["shared.areas"], repr(feeds), *taken, str(as_of))


def _of_verdicts(declarations: Declarations, parts: Parts) -> Parts:
    seen = [parts[rule.witness.source] for rule in declarations.zero_rules if rule.witness]
    zeros = digest(FORMAT, parts["shared.reports"], parts["shared.residents"], repr(declarations.zero_rules), *seen)
    counted = [repr(i) for i in declarations.indicators if i.measure and i.measure.source == "shared.observations"]
    return {"marts.zeros": zeros, "marts.value_states": digest(zeros, *counted)}


def _of_source(indicators: Sequence[Indicator], source: str) -> list[Indicator]:
    """The indicators measured on a source table, and those that run on from them."""
    measured = {i.id for i in indicators if i.measure and i.measure.source == source}
    return [i for i in indicators if i.id in measured or (i.of in measured)]
