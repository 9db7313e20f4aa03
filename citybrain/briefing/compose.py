"""From facts to a numbered briefing."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from citybrain.briefing.content import Block, Briefing, Heading, Said, Section, Text, When
from citybrain.briefing.dates import day_text, week_text
from citybrain.briefing.facts import Facts
from citybrain.briefing.sections import SECTIONS, Draft
from citybrain.briefing.sections.appendix import appendix
from citybrain.briefing.week import ReportingWeek
from citybrain.briefing.words import words
from citybrain.errors import AccessError
from citybrain.project import BriefingSettings
from citybrain.query import AccessContext, City

_CHINESE_DIGITS = "零一二三四五六七八九"


def compose_briefing(
    city: City,
    access: AccessContext,
    week: ReportingWeek,
    area: str | None = None,
    *,
    language: str = "zh",
    settings: BriefingSettings | None = None,
    number: int | None = None,
) -> Briefing:
    """The briefing of an area (the highest that may be seen, if none is given) and week, as the served snapshot has it.

    `number` is 第 N 期 of an issued one. Raises AccessError for areas outside the scope, unknown headline indicators, and
    weeks of which nothing is known.
    """
    placed = city.area(access, area) if area else city.areas(access)[0]
    facts = Facts(city, access, placed, week, settings or BriefingSettings(), words(language))
    if not any(not measure.is_timeless for measure in facts.own.values()):
        raise AccessError(
            f"briefing {week.code}",
            f"no indicator of {placed.name} has a value in this week",
            remedy="`citybrain query` lists the days that each indicator covers; choose a week within them",
        )
    drafts = [draft for section in SECTIONS if (draft := section(facts))]
    drafts.append(appendix(facts, drafts))
    info, _ = facts.info, facts.words
    instant = info.as_of or info.built_at or dt.datetime.min
    settings = facts.settings
    return Briefing(
        language=language,
        project=info.project,
        area=placed.code,
        week=week.code,
        snapshot=info.snapshot,
        as_of=instant.isoformat(),
        is_as_of=info.as_of is not None,
        number=number,
        headline=tuple(Said(code) for code in facts.headline),
        masthead=(Said(settings.masthead),) if settings.masthead else _("Weekly Briefing"),
        issue_line=_("No. {number}", number=When(str(number))) if number else _("draft"),
        issuer=(Said(settings.issuer or info.project),),
        dated=day_text(_local_day(facts, instant), _),
        title=_("Situation of {area} in {week}", area=Said(placed.name), week=week_text(week, _)),
        sections=tuple(_numbered(draft, n, language) for n, draft in enumerate(drafts, 1)),
    )


def _local_day(facts: Facts, instant: dt.datetime) -> dt.date:
    return instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(facts.info.timezone)).date()


def _numbered(draft: Draft, number: int, language: str) -> Section:
    blocks: list[Block] = []
    second = 0
    for block in draft.blocks:
        if isinstance(block, Heading):
            second += 1
            blocks.append(Heading(block.level, ordinal(block.level, second, language), block.words))
        else:
            blocks.append(block)
    return Section(draft.code, Heading(1, ordinal(1, number, language), draft.title), tuple(blocks), draft.own_page)


def ordinal(level: int, number: int, language: str) -> str:
    """`一、`, `（一）` in Chinese; `1.`, `(1)` otherwise. Source: GB/T 9704-2012, 7.3.3."""
    if language == "zh":
        return f"{chinese_numeral(number)}、" if level == 1 else f"（{chinese_numeral(number)}）"
    return f"{number}. " if level == 1 else f"({number}) "


def chinese_numeral(number: int) -> str:
    """`一`, `十`, `十二`, `二十`, up to 99."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _CHINESE_DIGITS[ones]
    return ("" if tens == 1 else _CHINESE_DIGITS[tens]) + "十" + (_CHINESE_DIGITS[ones] if ones else "")


def title_text(briefing: Briefing) -> Text:
    """Title and issue in one line, for lists and file properties."""
    return (*briefing.title, " · ", *briefing.issue_line)
