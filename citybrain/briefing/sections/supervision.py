"""Orders under supervision (督办): overdue, and said to be done but checked by nobody, by handler and area."""

from __future__ import annotations

from citybrain.briefing.content import Column, Number, Paragraph, Role, Said, Table, Text
from citybrain.briefing.facts import Facts
from citybrain.briefing.sections.draft import Draft
from citybrain.briefing.sections.overview import MOST_ROWS
from citybrain.query.attention import HandlerOrders

MOST_HANDLERS = 3
"""Named on page one."""


def supervision(facts: Facts) -> Draft | None:
    """A sentence and a table by handler; None where no order is overdue or unverified."""
    _ = facts.words
    orders = facts.orders
    if not orders:
        return None
    totals = {"overdue": _total(facts, Role.ORDERS_OVERDUE), "unverified": _total(facts, Role.ORDERS_UNVERIFIED)}
    lead = _(
        "At the end of the week {overdue} orders were overdue; {unverified} were said to be done and checked by nobody.",
        **totals,
    )
    columns = (
        Column(_("Handler"), 5),
        Column(_("Area"), 3),
        Column(_("Overdue"), 2, is_number=True),
        Column(_("Longest, days"), 2, is_number=True),
        Column(_("Done, not verified"), 3, is_number=True),
    )
    table = Table((), columns, tuple(_row(facts, o) for o in orders[:MOST_ROWS]))
    return Draft("supervision", _("Orders under supervision"), (Paragraph(lead), table))


def overdue_orders_sentence(facts: Facts, *, with_handlers: bool) -> Text | None:
    """How many orders are overdue, the handlers of most of them, and how many nobody checked; None where none is either."""
    _ = facts.words
    if not facts.orders:
        return None
    unverified = _total(facts, Role.ORDERS_UNVERIFIED)
    late = [o for o in facts.orders if o.overdue]
    if not late:
        return _("No order is overdue; {unverified} are said to be done and not verified.", unverified=unverified)
    listed = [
        _("{handler} {count}", handler=_handler(facts, o), count=_number(facts, Role.ORDERS_OVERDUE, o, o.overdue))
        for o in late[: MOST_HANDLERS if with_handlers else 0]
    ]
    if not listed:
        totals = {"overdue": _total(facts, Role.ORDERS_OVERDUE), "unverified": unverified}
        return _("Orders overdue: {overdue}; said to be done and not verified: {unverified}.", **totals)
    return _(
        "Orders overdue: {overdue}, among them {handlers}; said to be done and not verified: {unverified}.",
        overdue=_total(facts, Role.ORDERS_OVERDUE),
        handlers=_.joined(listed, "、" if _.is_chinese else ", "),
        unverified=unverified,
    )


def _row(facts: Facts, orders: HandlerOrders) -> tuple[Text, ...]:
    return (
        (_handler(facts, orders),),
        (Said(orders.area.name),),
        (_number(facts, Role.ORDERS_OVERDUE, orders, orders.overdue),),
        (_number(facts, Role.ORDERS_LONGEST_DAYS, orders, orders.longest_days),) if orders.overdue else ("—",),
        (_number(facts, Role.ORDERS_UNVERIFIED, orders, orders.unverified),),
    )


def _handler(facts: Facts, orders: HandlerOrders) -> Said:
    """Who must do it; where the register does not say, the area."""
    return Said(orders.handler or orders.area.name)


def _total(facts: Facts, role: Role) -> Number:
    overdue = role is Role.ORDERS_OVERDUE
    value = sum(o.overdue if overdue else o.unverified for o in facts.orders)
    return Number(value, role, "", facts.area.code, facts.week.first)


def _number(facts: Facts, role: Role, orders: HandlerOrders, value: int) -> Number:
    return Number(value, role, orders.handler, orders.area.code, facts.week.first)
