"""Where two departments that must agree do not: what each side has, what stands on one side only, and why."""

from __future__ import annotations

from collections.abc import Sequence

from citybrain.briefing.content import Block, Column, Number, Paragraph, Role, Said, Table, Text
from citybrain.briefing.facts import Facts
from citybrain.briefing.sections.draft import Draft, items, subheading
from citybrain.query.attention import Difference, difference_reasons, differences
from citybrain.reconciliation.words import reason_words

MOST_EXPLAINED = 5
MOST_REASONS = 3


def reconciled(facts: Facts) -> Draft | None:
    """A table of all rules compared in the week, and sentences on the largest differences; None where none was."""
    _ = facts.words
    found = facts.differences
    if not found:
        return None
    differing = [d for d in found if d.differing]
    counted = {"rules": _rules(facts, len(found), "all"), "differing": _rules(facts, len(differing), "differs")}
    lead = _("{differing} of {rules} comparisons between departments differed by more than is tolerated.", **counted)
    note = _("Daily comparisons are added up over the week.")
    blocks: list[Block] = [Paragraph(_.joined([lead, note]))]
    dated = [d for d in found if d.rule.period_type != "all"]
    registers = [d for d in found if d.rule.period_type == "all"]
    if dated:
        blocks += [subheading(_("Comparisons of the week")), _table(facts, dated)]
    if registers:
        blocks += [subheading(_("Comparisons of registers")), _table(facts, registers)]
    if differing:
        blocks += [subheading(_("Largest differences")), *items(largest_sentences(facts, MOST_EXPLAINED), _)]
    return Draft("differences", _("Differences between departments"), tuple(blocks))


def largest_sentences(facts: Facts, most: int) -> list[Text]:
    """The rules that differ most, each with its reasons and the area that it differs most in."""
    reasons = difference_reasons(facts.city, facts.access, facts.area.code, facts.days)
    parts = differences(facts.city, facts.access, facts.area.code, facts.days, by_area=True)
    differing = [d for d in facts.differences if d.differing]
    return [
        _sentence(facts, d, reasons.get(d.rule.rule, []), next(p for p in parts if p.rule.rule == d.rule.rule))
        for d in differing[:most]
    ]


def _sentence(facts: Facts, total: Difference, reasons: list[tuple[str, float]], worst: Difference) -> Text:
    _ = facts.words
    language = _.language
    said = [
        _(
            "{rule}: {left_title} {left}, {right_title} {right}, on one side only {unmatched}.",
            rule=Said(total.rule.title(language)),
            left_title=Said(total.rule.side_title("left", language)),
            left=_amount(facts, total, Role.RECONCILED_LEFT),
            right_title=Said(total.rule.side_title("right", language)),
            right=_amount(facts, total, Role.RECONCILED_RIGHT),
            unmatched=_amount(facts, total, Role.RECONCILED_UNMATCHED),
        )
    ]
    if reasons:
        listed = [
            _("{reason} {amount}", reason=Said(reason_words(reason, language)), amount=_reason(facts, total, reason, n))
            for reason, n in reasons[:MOST_REASONS]
        ]
        said.append(_("Main reasons: {reasons}.", reasons=_.joined(listed, "、" if _.is_chinese else ", ")))
    if worst.area_code != facts.area.code:
        part = _amount(facts, worst, Role.RECONCILED_UNMATCHED)
        said.append(_("It is largest in {area} with {unmatched}.", area=Said(worst.area_name), unmatched=part))
    return _.joined(said)


def _table(facts: Facts, rows: list[Difference]) -> Table:
    _ = facts.words
    columns = (
        Column(_("What is compared"), 5),
        Column(_("Left"), 2, is_number=True),
        Column(_("Right"), 2, is_number=True),
        Column(_("Matched"), 2, is_number=True),
        Column(_("Left only"), 2, is_number=True),
        Column(_("Right only"), 2, is_number=True),
    )
    shown = (
        Role.RECONCILED_LEFT,
        Role.RECONCILED_RIGHT,
        Role.RECONCILED_MATCHED,
        Role.RECONCILED_LEFT_ONLY,
        Role.RECONCILED_RIGHT_ONLY,
    )
    cells = tuple(_row(facts, d, shown) for d in rows)
    return Table((), columns, cells)


def _row(facts: Facts, difference: Difference, shown: Sequence[Role]) -> tuple[Text, ...]:
    amounts: list[Text] = [(_amount(facts, difference, role),) for role in shown]
    return (Said(difference.rule.title(facts.words.language)),), *amounts


def _amount(facts: Facts, difference: Difference, role: Role) -> Number:
    value = {
        Role.RECONCILED_LEFT: difference.left,
        Role.RECONCILED_RIGHT: difference.right,
        Role.RECONCILED_MATCHED: difference.matched,
        Role.RECONCILED_LEFT_ONLY: difference.left_only,
        Role.RECONCILED_RIGHT_ONLY: difference.right_only,
        Role.RECONCILED_UNMATCHED: difference.unmatched,
    }[role]
    area = difference.area_code or facts.area.code
    return Number(value, role, difference.rule.rule, area, facts.week.first, decimals=_decimals(value))


def _reason(facts: Facts, difference: Difference, reason: str, value: float) -> Number:
    source = f"{difference.rule.rule}/{reason}"
    return Number(value, Role.RECONCILED_REASON, source, facts.area.code, facts.week.first, decimals=_decimals(value))


def _decimals(value: float) -> int:
    """Most rules count; of those that measure a fraction is kept."""
    return 0 if float(value).is_integer() else 1


def _rules(facts: Facts, count: int, source: str) -> Number:
    return Number(count, Role.RULES, source, facts.area.code, facts.week.first)
