"""Cleaning text: blanks, invisible and control characters, full-width forms, and words that mean nothing.

The result is what a person would have typed: nothing is corrected. A text that already has the usual shape of
its type is passed on untouched, because looking for rare characters costs more than all the rest; whatever such
a character hides inside the usual shape then makes the value unacceptable, and the row is set aside, not lost.

Source: Unicode 15 blocks General Punctuation, Halfwidth and Fullwidth Forms; the fold is NFKC on those only.
"""

from __future__ import annotations

import re

from citybrain.sql import literal

_BLANK = r"\t-\r\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
"""Class of the characters that stand for a blank."""
_ASCII_CONTROLS = r"\x{00}-\x{08}\x{0e}-\x{1f}\x{7f}"
_INVISIBLE = (
    r"\x{00}-\x{08}\x{0e}-\x{1f}\x{7f}-\x{84}\x{86}-\x{9f}\x{ad}"
    r"\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}\x{feff}"
)
"""Class of controls, soft hyphens, zero-width characters and marks of writing direction."""
_HAN = "一-龥"
"""Range of the Han characters in common use: no fold and no blank among them."""
_SPREADSHEET_MARKS = "[ =`\"']"
_ALL_FULL_WIDTH = [chr(c) for c in range(0xFF01, 0xFF5F)]
_WIDE_ALPHANUMERICS = [c for c in _ALL_FULL_WIDTH if chr(ord(c) - 0xFEE0).isalnum()]

_SIGNS = ("-", "--", "---", "—", "——", "–", "―", "/", "//", "\\", "\\N", "#N/A", "#NULL!")
_LATIN = tuple(f(w) for w in ("n/a", "null", "none") for f in (str.upper, str.lower, str.capitalize))
TECHNICAL_NULLS = (*_SIGNS, *_LATIN, "NA", "空", "(空)", "(null)", "(NULL)")
"""Placeholders that are never an answer."""
NULL_WORDS = (
    *TECHNICAL_NULLS,
    "nan",
    "NaN",
    "无",
    "暂无",
    "无数据",
    "不详",
    "未知",
    "未填",
    "未填写",
    "未提供",
    "不清楚",
)
"""Placeholders and the words that say a number, a date or an identifier is not known."""

USUAL_NULLS = ("", "-", "—", "/", "无")
"""What people put into a cell for which they have nothing, most of the time."""


def sql_clean_text(
    text: str,
    *,
    null_words: tuple[str, ...] = NULL_WORDS,
    usual: str = "",
    keep_punctuation: bool = False,
) -> str:
    """Cleaned text: edges trimmed, inner blanks plain, invisible characters gone, full-width folded, nothing → NULL.

    `usual` is a cheap SQL condition under which the text is left as it is.
    `keep_punctuation` folds full-width letters and digits only: in Chinese prose （，；） are the proper forms.
    """
    wide = r"\x{ff10}-\x{ff19}\x{ff21}-\x{ff3a}\x{ff41}-\x{ff5a}" if keep_punctuation else r"\x{ff01}-\x{ff5e}"
    folded = _WIDE_ALPHANUMERICS if keep_punctuation else _ALL_FULL_WIDTH
    suspect = rf"^ | $|[{_BLANK}{_INVISIBLE}{wide}]"
    return _sql_case(text, usual, null_words, suspect, f"trim({_sql_fold(text, folded)})")


def plain_pattern(null_words: tuple[str, ...], *, punctuation: str = "") -> str:
    """Pattern of texts that cleaning leaves as they are: printable ASCII, common Han and some punctuation, no blank at an
    edge, and a first character with which no word for nothing begins.
    """
    first = _without(f"!-~{_HAN}", {word[0] for word in null_words})
    return f"[{first}](?:[ -~{_HAN}{punctuation}]*[!-~{_HAN}{punctuation}])?"


def plain_han_pattern(null_words: tuple[str, ...], most: int) -> str:
    """The same for two characters or more, up to `most`, all of them common Han."""
    return f"[{_without(_HAN, {word[0] for word in null_words})}][{_HAN}]{{1,{most - 1}}}"


def _without(ranges: str, excluded: set[str]) -> str:
    """A class of ranges (`a-z一-龥`) without some characters."""
    pieces: list[str] = []
    for low, high in re.findall("(.)-(.)", ranges):
        start = ord(low)
        for gap in [*sorted(ord(c) for c in excluded if low <= c <= high), ord(high) + 1]:
            if start < gap:
                pieces.append(rf"\x{{{start:x}}}-\x{{{gap - 1:x}}}")
            start = gap + 1
    return "".join(pieces)


def sql_has_line_break(text: str) -> str:
    """True when the text holds a tab or a line break: the only control characters that are common."""
    return "(" + " OR ".join(f"contains({text}, {literal(c)})" for c in "\t\n\r") + ")"


def sql_clean_identifier(text: str, *, usual: str, null_words: tuple[str, ...] = NULL_WORDS) -> str:
    """Cleaned identifier: as `sql_clean_text`, without any blank, in upper case, without the marks of spreadsheets.

    The marks are the apostrophe and `="…"` that keep a spreadsheet from reading digits as a number.
    """
    suspect = rf"[ a-z'`\"={_BLANK}{_INVISIBLE}\x{{ff01}}-\x{{ff5e}}]"
    bare = f"regexp_replace({_sql_fold(text, _ALL_FULL_WIDTH)}, {literal(_SPREADSHEET_MARKS)}, '', 'g')"
    return _sql_case(text, usual, null_words, suspect, f"upper({bare})")


def _sql_fold(text: str, full_width: list[str]) -> str:
    """Invisible characters gone, blanks plain, full-width characters halved. ASCII skips most: `translate` is slow."""
    plain = f"regexp_replace({text}, {literal(f'[{_ASCII_CONTROLS}]')}, '', 'g')"
    visible = f"regexp_replace({text}, {literal(f'[{_INVISIBLE}]')}, '', 'g')"
    half_width = "".join(chr(ord(c) - 0xFEE0) for c in full_width)
    halved = f"translate({visible}, {literal(''.join(full_width))}, {literal(half_width)})"
    folded = f"CASE WHEN strlen({text}) = length({text}) THEN {plain} ELSE {halved} END"
    return f"regexp_replace({folded}, {literal(f'[{_BLANK}]')}, ' ', 'g')"


def _sql_case(text: str, usual: str, null_words: tuple[str, ...], suspect: str, tidied: str) -> str:
    """The branches in order of how common they are: one pattern tells a plain text from all that needs a closer look.

    The tidied text is named once: a branch that names it twice computes it twice.
    """
    nothing = "^(?:" + "|".join(re.escape(w) for w in null_words) + ")$"
    return (
        "CASE "
        + (f"WHEN {usual} THEN {text} " if usual else "")
        + f"WHEN NOT regexp_matches({text}, {literal(f'^$|{nothing}|{suspect}')}) THEN {text} "
        f"WHEN NOT regexp_matches({text}, {literal(nothing)}) "
        f"THEN nullif(regexp_replace({tidied}, {literal(nothing)}, ''), '') END"
    )
