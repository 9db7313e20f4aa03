"""What the departments delivered, and what is late."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from citybrain.briefing.content import Column, Number, Paragraph, Role, Said, Table, Text
from citybrain.briefing.dates import short_day_text
from citybrain.briefing.facts import Facts
from citybrain.briefing.sections.draft import Draft
from citybrain.query.feeds import FeedStatus

OVERDUE = ("late", "never")


def overdue_feeds(facts: Facts) -> list[FeedStatus]:
    """Feeds that were due and have not come, those that never came first, then the longest overdue."""
    late = [f for f in facts.city.feeds_status(facts.access) if f.state in OVERDUE]
    return sorted(late, key=lambda f: (f.last_received_at or dt.datetime.min, f.feed))


def local_day(facts: Facts, instant: dt.datetime | None) -> dt.date | None:
    """The day of a UTC instant in the city."""
    return instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(facts.info.timezone)).date() if instant else None


def deliveries(facts: Facts) -> Draft | None:
    """A sentence and a table of all feeds, the overdue ones first."""
    _ = facts.words
    feeds = facts.city.feeds_status(facts.access)
    if not feeds:
        return None
    overdue = overdue_feeds(facts)
    counted = {
        "feeds": Number(len(feeds), Role.FEED_COUNT, "all"),
        "overdue": Number(len(overdue), Role.FEED_COUNT, "overdue"),
    }
    lead = _("Of {feeds} recurring deliveries {overdue} were overdue.", **counted)
    if not overdue:
        lead = _("All {feeds} recurring deliveries arrived on time.", feeds=counted["feeds"])
    rest = [f for f in feeds if f.state not in OVERDUE]
    columns = (
        Column(_("Department"), 3),
        Column(_("Delivery"), 4),
        Column(_("State"), 2),
        Column(_("Last delivered"), 3),
        Column(_("Rows"), 2, is_number=True),
        Column(_("Set aside"), 2, is_number=True),
    )
    table = Table((), columns, tuple(_row(facts, f) for f in [*overdue, *rest]))
    return Draft("deliveries", _("Deliveries"), (Paragraph(lead), table))


def _row(facts: Facts, feed: FeedStatus) -> tuple[Text, ...]:
    _ = facts.words
    day = local_day(facts, feed.last_received_at)
    return (
        (Said(facts.department(feed.department)),),
        (Said(feed.title),),
        _state(facts, feed.state),
        short_day_text(day, _) if day else _("never"),
        (Number(feed.rows_in, Role.FEED_ROWS, feed.feed),),
        (Number(feed.waiting, Role.FEED_SET_ASIDE, feed.feed),),
    )


def _state(facts: Facts, state: str) -> Text:
    _ = facts.words
    words = {"on_time": _("on time"), "late": _("late"), "never": _("never delivered"), "unscheduled": _("no due time")}
    return words.get(state, (Said(state),))
