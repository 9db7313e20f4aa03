"""Page one: how things stand, what got worse, what is overdue and by whom."""

from __future__ import annotations

from citybrain.briefing.content import Block, Heading, Number, Paragraph, Role, Said, Text, plain_text
from citybrain.briefing.dates import day_text, days_text, short_day_text, week_text
from citybrain.briefing.facts import Facts
from citybrain.briefing.measure import Measure
from citybrain.briefing.sections.deliveries import local_day, overdue_feeds
from citybrain.briefing.sections.doubts import doubt_sentence, missing_sentence
from citybrain.briefing.sections.draft import Draft, items, subheading
from citybrain.briefing.sections.sentences import measured_sentence
from citybrain.briefing.sections.supervision import overdue_orders_sentence
from citybrain.briefing.week import ReportingWeek

MOST_LISTED = ((3, 3), (2, 2), (2, 1), (1, 1), (0, 1), (0, 0))
"""Most items of what got worse and of what is overdue, from the longest page to the shortest: 0 is the worst one, or the
total, without anybody's name. All of them stand in the later sections.
"""
LINES_LEFT = 21
"""Lines of page one below its title."""
_HALF_WIDTHS_A_LINE = {"zh": 56}
_LATIN_A_LINE = 66


def conclusions(facts: Facts) -> Draft:
    """The conclusions, on a page of their own: lists are cut until they fit it, at last to totals alone."""
    drafts = (_conclusions(facts, *most) for most in MOST_LISTED)
    found = _conclusions(facts, *MOST_LISTED[-1])
    return next((draft for draft in drafts if lines_of(draft, facts.words.language) <= LINES_LEFT), found)


def lines_of(draft: Draft, language: str) -> int:
    """About how many lines the section takes; a Chinese character is as wide as two Latin ones."""
    room = _HALF_WIDTHS_A_LINE.get(language, _LATIN_A_LINE)
    indent = 4 if language == "zh" else 0
    texts = [plain_text(block.words) for block in draft.blocks if isinstance(block, Heading | Paragraph)]
    widths = [sum(2 if ord(c) > 0x2E80 else 1 for c in text) for text in texts]
    return 1 + sum(-(-(width + indent + 2) // room) for width in widths)


def _conclusions(facts: Facts, most_worse: int, most_overdue: int) -> Draft:
    _ = facts.words
    lead = [
        _(
            "In {week} ({days}) the main figures of {area} were as follows.",
            week=week_text(facts.week, _),
            days=days_text(facts.week, _),
            area=Said(facts.area.name),
        ),
        *festival_notes(facts),
    ]
    blocks: list[Block] = [Paragraph(_.joined(lead))]
    headline = [measured_sentence(facts.own[code]) for code in facts.headline]
    if headline:
        blocks += [subheading(_("Main indicators")), *items(headline, _)]
    blocks += [subheading(_("What got worse")), *_worse(facts, most_worse)]
    if facts.city.feeds_status(facts.access):
        blocks += [subheading(_("What is overdue")), *items(_overdue(facts, most_overdue), _)]
    return Draft("conclusions", _("Conclusions"), tuple(blocks), own_page=True)


def festival_notes(facts: Facts) -> list[Text]:
    """Which of the compared weeks touch the Spring Festival, which moves between January and February."""
    _ = facts.words
    notes = []
    if facts.week.spring_festival:
        notes.append(_("The Spring Festival ({day}) falls in this week.", day=day_text(facts.week.spring_festival, _)))
    elif facts.week.before.spring_festival:
        notes.append(_("The week before held the Spring Festival; changes on it need care."))
    if _festival_differs(facts.week, facts.week.year_before) and any(
        m.year_difference is not None for m in facts.own.values()
    ):
        notes.append(_("The Spring Festival fell in another week a year ago; changes on the year before need care."))
    return notes


def _festival_differs(this: ReportingWeek, other: ReportingWeek | None) -> bool:
    return other is not None and bool(this.spring_festival) != bool(other.spring_festival)


def _worse(facts: Facts, most: int) -> tuple[Paragraph, ...]:
    _ = facts.words
    worse = sorted((m for m in facts.own.values() if m.worsening), key=_gravity, reverse=True)[: max(1, most)]
    texts = [_worse_sentence(facts, measure, with_part=most > 0) for measure in worse]
    if not texts:
        texts = [_("No indicator of {area} got worse than in the week before.", area=Said(facts.area.name))]
    doubted = doubt_sentence(facts, with_witnesses=most > 0)
    return items([*texts, doubted] if doubted else texts, _)


def _gravity(measure: Measure) -> tuple[bool, float]:
    """Those with a percentage first: a difference on a small base says little."""
    return measure.change_pct is not None, abs(measure.change_pct or measure.worsening)


def _worse_sentence(facts: Facts, measure: Measure, *, with_part: bool) -> Text:
    _ = facts.words
    parts = facts.below(measure.indicator.code) if with_part else []
    below = max(parts, key=lambda m: m.worsening, default=None)
    if below is None or not below.worsening:
        return _(
            "{title}: {value}, {change}.", title=measure.title, value=measure.value_text, change=measure.change_words
        )
    return _(
        "{title}: {value}, {change}; the worst change is that of {area} ({part_value}, {part_change}).",
        title=measure.title,
        value=measure.value_text,
        change=measure.change_words,
        area=below.area,
        part_value=below.value_text,
        part_change=below.change_words,
    )


def _overdue(facts: Facts, most: int) -> list[Text]:
    """Orders, reports and deliveries, each with who owes them."""
    said = (overdue_orders_sentence(facts, with_handlers=most > 0), missing_sentence(facts, most))
    return [*(text for text in said if text), *_overdue_deliveries(facts, most)]


def _overdue_deliveries(facts: Facts, most: int) -> list[Text]:
    _ = facts.words
    overdue = overdue_feeds(facts)
    if not overdue:
        return [_("All deliveries of the departments arrived on time.")]
    texts = []
    for feed in overdue[:most]:
        said = {"department": Said(facts.department(feed.department)), "feed": Said(feed.title)}
        day = local_day(facts, feed.last_received_at)
        if day is None:
            texts.append(_("{department}: {feed} has never been delivered.", **said))
        else:
            texts.append(
                _("{department}: {feed} is overdue, last delivered on {day}.", **said, day=short_day_text(day, _))
            )
    count = Number(len(overdue), Role.FEED_COUNT, "overdue")
    if not texts:
        return [_("Deliveries overdue: {count}.", count=count)]
    if len(overdue) > most:
        texts.append(_("{count} deliveries are overdue altogether; the others are listed below.", count=count))
    return texts
