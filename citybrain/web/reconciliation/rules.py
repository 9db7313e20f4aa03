"""The rules side by side: what each compares, how often it agrees, and the main reason why not."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from citybrain.query.reconciliation import ReconciliationRule
from citybrain.reconciliation import Status
from citybrain.reconciliation.words import reason_words
from citybrain.web.elements import Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.numbers import number_text
from citybrain.web.reconciliation.desk import Ledgered
from citybrain.web.reconciliation.words import amount
from citybrain.web.texts import Texts


def no_rules(_: Texts) -> Markup:
    """What to do where nothing is compared yet."""
    return element(
        "section", element("h2", _("Nothing is compared yet")),
        element("p", _("This snapshot was built without rules; they lie in dictionary/reconciliation. Add one, then run:")),
        element("pre", "citybrain build"), class_="panel",
    )  # fmt: skip


def tiles(visit: Visit, cells: pl.DataFrame, ledger: Ledgered) -> Markup:
    """The page in four numbers."""
    _ = visit._
    differing = cells.filter(pl.col("status") == Status.DIFFERS).height
    silent = cells.filter(pl.col("status").is_in([Status.LEFT_MISSING.value, Status.RIGHT_MISSING.value])).height
    agree = cells.height - differing - silent
    share = f"{number_text(100 * agree / (agree + differing), 1)}%" if agree + differing else "–"
    waiting = "–" if ledger.trouble else f"{ledger.waiting:,}"
    numbers = [
        (_("Differences beyond tolerance"), f"{differing:,}"),
        (_("Agreement where both sides speak"), share),
        (_("One side silent"), f"{silent:,}"),
        (_("Not yet explained"), waiting),
    ]
    return element(
        "ul",
        [element("li", element("div", element("span", n, class_="name"), element("strong", v))) for n, v in numbers],
        class_="tiles",
    )


def rules_panel(
    visit: Visit, rules: Mapping[str, ReconciliationRule], cells: pl.DataFrame, reasons: pl.DataFrame,
    departments: Mapping[str, str],
) -> Markup:  # fmt: skip
    """One row a rule; its name leads to its cells."""
    _ = visit._
    counted = {r["rule"]: r for r in _counts(cells).to_dicts()}
    main = {r["rule"]: r["reason"] for r in reasons.unique("rule", keep="first", maintain_order=True).to_dicts()}
    heads = [
        _("Rule"), _("Left side"), _("Right side"), _("Compared"), _("Differs"), _("Left only"), _("Right only"),
        _("Most frequent reason"),
    ]  # fmt: skip
    rows = [_row(visit, rule, counted.get(rule.rule, {}), main.get(rule.rule), departments) for rule in rules.values()]
    table = element(
        "table", element("caption", _("What two departments say of the same thing, by rule")),
        headings(heads, range(3, 7)), element("tbody", rows),
    )  # fmt: skip
    return element("section", element("h2", _("Rules")), scrolling(_("Rules"), table), class_="panel", id="rules")


def _counts(cells: pl.DataFrame) -> pl.DataFrame:
    differs = pl.col("status") == Status.DIFFERS
    return cells.group_by("rule").agg(
        cells=pl.len(), differs=differs.sum(), left_only=pl.col("left_only").filter(differs).sum(),
        right_only=pl.col("right_only").filter(differs).sum(),
    )  # fmt: skip


def _row(
    visit: Visit, rule: ReconciliationRule, count: dict[str, float], reason: str | None, departments: Mapping[str, str]
) -> Markup:
    _ = visit._
    language = _.language
    link = element("a", rule.title(language), href=visit.href(rule=rule.rule, page=""))
    sides = [
        element(
            "td", rule.side_title(side, language),
            element("small", departments.get(getattr(rule, f"{side}_department"), getattr(rule, f"{side}_department"))),
        )
        for side in ("left", "right")
    ]  # fmt: skip
    return element(
        "tr",
        element("th", link, element("small", rule.question(language)), scope="row"),
        sides,
        element("td", f"{count.get('cells', 0):,}", class_="number"),
        element("td", element("strong", f"{count.get('differs', 0):,}"), class_="number"),
        element("td", amount(count.get("left_only", 0)), class_="number"),
        element("td", amount(count.get("right_only", 0)), class_="number"),
        element("td", reason_words(reason, language) if reason else "–"),
    )
