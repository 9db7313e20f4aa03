"""Measures of the paper that DOCX and PDF share. Source: GB/T 9704-2012, 5 and 7.

The standard sets 22 lines of 28 characters on a page and lets special cases adjust; the conclusions of a briefing have to
stand on one page, so it is 28 lines here (22.8 pt from line to line instead of 29).
"""

from __future__ import annotations

PAGE_MM = (210, 297)
TEXT_MM = (156, 225)
TOP_MM, LEFT_MM = 37, 28
LINES = 28
MAP_MM = 140

MASTHEAD_PT, TITLE_PT, FOOT_PT = 36, 22, 14
"""Masthead; 二号; 四号 page numbers."""
RED = "C00000"


def body_pt(language: str) -> float:
    """三号. Latin letters of that size would be a third wider than the same words in Chinese."""
    return 16 if language == "zh" else 13


def table_pt(language: str) -> float:
    """小四 within tables."""
    return 12 if language == "zh" else 10.5


def line_pt() -> float:
    """From line to line."""
    return TEXT_MM[1] / 25.4 * 72 / LINES
