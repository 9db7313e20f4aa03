"""Reports that nobody can rely on: zeros that are not to be believed, late ones, and those that never came."""

from __future__ import annotations

from citybrain.briefing.content import Block, Column, Number, Paragraph, Role, Run, Said, Table, Text
from citybrain.briefing.facts import Facts
from citybrain.briefing.sections.draft import Draft
from citybrain.briefing.sections.overview import MOST_ROWS
from citybrain.query.attention import ReportFaults


def doubts(facts: Facts) -> Draft | None:
    """A paragraph and a table a feed of which every area owes a report; None where there is no such feed."""
    _ = facts.words
    by_feed: dict[str, list[ReportFaults]] = {}
    for reports in facts.worst_reports:
        by_feed.setdefault(reports.feed, []).append(reports)
    if not by_feed:
        return None
    blocks: list[Block] = []
    for feed, rows in sorted(by_feed.items()):
        blocks.append(Paragraph(_.joined([_lead(facts, feed, rows), *_explanation(facts, rows)])))
        if any(r.faults for r in rows):
            blocks.append(_table(facts, [r for r in rows if r.faults][:MOST_ROWS]))
    return Draft("doubts", _("Implausible zeros, late and missing reports"), tuple(blocks))


def doubt_sentence(facts: Facts, *, with_witnesses: bool) -> Text | None:
    """The area with the most zeros that are not to be believed; None where there is none."""
    _ = facts.words
    worst = max(facts.worst_reports, key=lambda r: r.zeros, default=None)
    if worst is None or not worst.zeros:
        return None
    said: dict[str, Run] = {
        "area": Said(worst.area.name),
        "feed": Said(_title(facts, worst.feed)),
        "zeros": _number(facts, Role.ZEROS_DOUBTED, worst, worst.zeros),
    }
    if worst.witnessed is None or not with_witnesses:
        return _("{area}: {zeros} implausible zeros in {feed}.", **said)
    seen = _number(facts, Role.ZEROS_WITNESSED, worst, worst.witnessed)
    return _("{area}: {zeros} implausible zeros in {feed}; others saw {seen} there meanwhile.", **said, seen=seen)


def missing_sentence(facts: Facts, most: int) -> Text | None:
    """How many reports are missing and the first areas that owe them; None where every one has come."""
    _ = facts.words
    owing = [r for r in facts.worst_reports if r.missing]
    if not owing:
        return None
    listed = [
        _("{area} {count}", area=Said(r.area.name), count=_number(facts, Role.REPORTS_MISSING, r, r.missing))
        for r in owing[:most]
    ]
    count = Number(sum(r.missing for r in owing), Role.REPORTS_MISSING, "", facts.area.code, facts.week.first)
    if not listed:
        return _("Reports that never came: {count}.", count=count)
    areas = _.joined(listed, "、" if _.is_chinese else ", ")
    return _("Reports that never came: {count} ({areas}).", count=count, areas=areas)


def _lead(facts: Facts, feed: str, rows: list[ReportFaults]) -> Text:
    _ = facts.words

    def total(role: Role, value: int) -> Number:
        return Number(value, role, feed, facts.area.code, facts.week.first)

    return _(
        "{feed}: {owed} reports were owed, {late} came late, {missing} never came; {zeros} stated zeros are implausible.",
        feed=Said(_title(facts, feed)),
        owed=total(Role.REPORTS_OWED, sum(r.owed for r in rows)),
        late=total(Role.REPORTS_LATE, sum(r.late for r in rows)),
        missing=total(Role.REPORTS_MISSING, sum(r.missing for r in rows)),
        zeros=total(Role.ZEROS_DOUBTED, sum(r.zeros for r in rows)),
    )


def _explanation(facts: Facts, rows: list[ReportFaults]) -> list[Text]:
    if not any(r.zeros for r in rows):
        return []
    _ = facts.words
    return [_("A zero is implausible where other departments or the area's own past speak against it.")]


def _table(facts: Facts, rows: list[ReportFaults]) -> Table:
    _ = facts.words
    columns = (
        Column(_("Area"), 4),
        Column(_("Reports owed"), 2, is_number=True),
        Column(_("Late"), 2, is_number=True),
        Column(_("Missing"), 2, is_number=True),
        Column(_("Implausible zeros"), 3, is_number=True),
        Column(_("Seen by others meanwhile"), 3, is_number=True),
    )
    return Table((), columns, tuple(_row(facts, r) for r in rows))


def _row(facts: Facts, reports: ReportFaults) -> tuple[Text, ...]:
    seen = reports.witnessed
    return (
        (Said(reports.area.name),),
        (_number(facts, Role.REPORTS_OWED, reports, reports.owed),),
        (_number(facts, Role.REPORTS_LATE, reports, reports.late),),
        (_number(facts, Role.REPORTS_MISSING, reports, reports.missing),),
        (_number(facts, Role.ZEROS_DOUBTED, reports, reports.zeros),),
        ("—",) if seen is None else (_number(facts, Role.ZEROS_WITNESSED, reports, seen),),
    )


def _number(facts: Facts, role: Role, reports: ReportFaults, value: float) -> Number:
    return Number(value, role, reports.feed, reports.area.code, facts.week.first)


def _title(facts: Facts, feed: str) -> str:
    return next((f.title for f in facts.city.feeds_status(facts.access) if f.feed == feed), feed)
