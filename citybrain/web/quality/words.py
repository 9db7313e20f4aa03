"""States of feeds and reports in words, each with a sign: colour alone says nothing."""

from __future__ import annotations

from collections.abc import Mapping

from citybrain.operations import Way
from citybrain.query.quality import Delivery, FeedQuality
from citybrain.query.validation import GONE
from citybrain.semantics import REASONS
from citybrain.web.elements import Markup, element
from citybrain.web.numbers import number_text
from citybrain.web.reconciliation.words import event_words, item_states
from citybrain.web.texts import Texts

FEED_SIGNS = {"on_time": "●", "late": "▲", "never": "✕", "unscheduled": "–"}
REPORT_SIGNS = {
    "on_time": "✓", "late": "◷", "incomplete": "◐", "copied": "＝", "missing": "✕", "quarantined": "!",
    "implausible_zero": "0?",
}  # fmt: skip


OPERATOR_SIGNS = {"!=": "≠", ">=": "≥", "<=": "≤"}


def feed_states(_: Texts) -> dict[str, str]:
    """Every state of a feed."""
    return {
        "on_time": _("on time"),
        "late": _("late"),
        "never": _("never delivered"),
        "unscheduled": _("no due time"),
    }


def report_states(_: Texts) -> dict[str, str]:
    """Every state of a report, and what else may be true of it."""
    return {
        "on_time": _("on time"),
        "late": _("late"),
        "incomplete": _("incomplete"),
        "copied": _("copied from the period before"),
        "missing": _("missing"),
        "quarantined": _("came, unusable"),
        "implausible_zero": _("implausible zero"),
        "all_zero": _("nothing but zeros"),
        "corrected_late": _("corrected after the due time"),
        "duplicated": _("delivered twice"),
    }


def zero_reasons(_: Texts) -> dict[str, str]:
    """What speaks against a zero."""
    return {
        "seen_by_others": _("other departments saw cases there"),
        "run_of_zeros": _("too many zeros in a row"),
        "copied": _("copied from the period before"),
        "no_denominator": _("does not say whom it asked"),
        "unlikely": _("unlikely for so many residents"),
    }


def finding_states(_: Texts) -> dict[str, str]:
    """How far what validation found is."""
    return {**{status.value: words for status, words in item_states(_).items()}, GONE: _("gone")}


def finding_events(event: str, _: Texts) -> str:
    """What happened to what validation found; an unknown event as it is."""
    own = {"opened": _("found for the first time"), "gone": _("gone: the rule holds")}
    return own.get(event) or event_words(event, _)


def finding_verdicts(_: Texts) -> dict[str, str]:
    """What is wrong between two numbers."""
    return {"broken": _("does not hold"), "missing": _("one side says nothing")}


def way_words(way: Way, _: Texts) -> str:
    """How somebody was told."""
    return {Way.WORKBOOK: _("workbook"), Way.BY_HAND: _("by hand")}[way]


def operator_words(operator: str, left: str, right: str, _: Texts) -> str:
    """What must hold between two numbers."""
    if operator == "both_or_neither":
        return _("Who states “{left}” states “{right}” too.", left=left, right=right)
    if operator == "one_or_the_other":
        return _("Who states “{left}” does not state “{right}”.", left=left, right=right)
    return f"{left} {OPERATOR_SIGNS.get(operator, operator)} {right}"


def state_badge(state: str, _: Texts) -> Markup:
    """The state of a feed with its sign."""
    sign = element("span", FEED_SIGNS[state], aria_hidden="true")
    return element("span", sign, " ", feed_states(_)[state], class_=f"state {state}")


def due_words(feed: FeedQuality, _: Texts) -> str:
    """`every 7 days by 10:00`."""
    if feed.every is None:
        return _("no due time")
    hours = feed.every.total_seconds() / 3600
    if hours % 24:
        words = _("every {hours} hours", hours=f"{hours:g}")
    else:
        words = _("daily") if hours == 24 else _("every {days} days", days=int(hours // 24))
    return _("{often} by {time}", often=words, time=feed.by) if feed.by else words


def reason_words(reason: str, _: Texts) -> str:
    """Why a row was set aside, and what to do; an unknown code as it is."""
    if reason not in REASONS:
        return reason
    return REASONS[reason][0 if _.language == "zh" else 1]


def department_words(code: str, departments: Mapping[str, str]) -> str:
    """The name of a department; its code where the project gives none."""
    return departments.get(code, code)


def share_text(part: float, whole: float) -> str:
    """A percentage; a dash where there is nothing to take it of."""
    return f"{number_text(100 * part / whole, 1)}%" if whole else "–"


def draw_trend(deliveries: tuple[Delivery, ...], _: Texts, width: int = 118, height: int = 26) -> Markup:
    """Share of quarantined rows, oldest delivery first, one bar each; the tallest bar is at least 2 %."""
    shares = [100 * d.quarantined / d.rows_in if d.rows_in else 0.0 for d in reversed(deliveries)]
    if not shares:
        return element("span", _("No deliveries yet"), class_="muted")
    top, step = max(2.0, *shares), width / max(len(shares), 6)
    bars = []
    for n, share in enumerate(shares):
        tall = max(1.5, share / top * (height - 2))
        bars.append(
            element(
                "rect", x=f"{n * step:.1f}", y=f"{height - tall:.1f}", width=f"{step - 2:.1f}", height=f"{tall:.1f}",
                rx=1, class_="bad" if share else "good",
            )
        )  # fmt: skip
    words = _("Quarantined share of the last {count} deliveries, oldest first: {shares}",
              count=len(shares), shares=", ".join(f"{s:.1f}%" for s in shares))  # fmt: skip
    return element(
        "svg", element("title", words), bars, viewBox=f"0 0 {width} {height}", width=width, height=height,
        role="img", class_="trend",
    )  # fmt: skip
