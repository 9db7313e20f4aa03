"""The leadership's weekly briefing: numbers of a snapshot as sentences, tables and a map, on paper and on the phone."""

from citybrain.briefing.archive import Issue, find_issue, issue_briefing, list_issues, read_issue, remake_briefing
from citybrain.briefing.compose import compose_briefing
from citybrain.briefing.content import Briefing, numbers_in, plain_text
from citybrain.briefing.pinned import pinned_city
from citybrain.briefing.render import FORMATS, render, render_page
from citybrain.briefing.stored import to_json
from citybrain.briefing.week import ReportingWeek, last_whole_week, parse_week, week_of

__all__ = [
    "FORMATS",
    "Briefing",
    "Issue",
    "ReportingWeek",
    "compose_briefing",
    "find_issue",
    "issue_briefing",
    "last_whole_week",
    "list_issues",
    "numbers_in",
    "parse_week",
    "pinned_city",
    "plain_text",
    "read_issue",
    "remake_briefing",
    "render",
    "render_page",
    "to_json",
    "week_of",
]
