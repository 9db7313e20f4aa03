"""How much of what was planted is found: discrepancies against a table of truth, by rule and kind.

Truth has the columns of the demo's `truth/discrepancies.parquet`: rule, area_code, period_on, kind, left_ref, right_ref. A
reference is `<file>:<line>`, or what names the record (number of a case or sample, document and item, credit code), or empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb
import polars as pl

from citybrain.schema.records.usual import ITEM

KINDS = (
    "lives_outside", "wrong_township", "duplicate", "date_shift", "definition", "sent_not_received", "received_not_sent",
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """Of one rule and kind."""

    planted: int
    found: int
    right: int
    """Found and planted."""

    @property
    def recall(self) -> float:
        """Share of the planted that was found; 1 where nothing was planted."""
        return self.right / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Share of the found that was planted; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0


NAMED_OTHERWISE = {"amount_differs": "partial"}
"""Reasons that the demo calls otherwise."""
ASKED_BY = {
    ("register_tax", "definition"): "companies_filing",
    ("register_tax", "sent_not_received"): "companies_filing",
}
"""Of two registers compared both ways the truth has one name, the product a rule for each question."""


def found_discrepancies(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """rule, kind, left_ref, right_ref, record_key, area_code, period_on and repeats of every record with a kind.

    A pair that is listed on both sides is named once. A repeated row is named on its own side only: what it repeats is no row of
    the other side, and stands in `repeats`.
    """
    found = con.sql(f"""
    WITH files AS (SELECT batch, file_name FROM shared.batches),
    named AS (
      SELECT r.rule, r.reason AS kind, r.side, r.record_key, coalesce(f.file_name || ':' || r.source_line, '') AS own,
        coalesce(e.file_name || ':' || r.evidence_line, '') AS evidence, r.evidence_side, r.area_code, r.period_on
      FROM marts.reconciliation_records AS r LEFT JOIN files AS f USING (batch)
      LEFT JOIN files AS e ON e.batch = r.evidence_batch
      WHERE r.reason IN {(*KINDS, *NAMED_OTHERWISE)}
    ),
    sided AS (SELECT *, CASE WHEN evidence_side <> side THEN evidence ELSE '' END AS other FROM named)
    SELECT DISTINCT rule, kind, CASE WHEN side = 'left' THEN own ELSE other END AS left_ref,
      CASE WHEN side = 'left' THEN other ELSE own END AS right_ref, replace(record_key, ' / ', ':') AS record_key,
      area_code, period_on, CASE WHEN evidence_side = side THEN evidence ELSE '' END AS repeats
    FROM sided""").pl()
    return found.with_columns(pl.col("kind").replace(NAMED_OTHERWISE))


def score(truth: pl.DataFrame, found: pl.DataFrame) -> dict[tuple[str, str], Score]:
    """Score by rule and kind of every kind that was planted or found, for the rules of which the truth speaks.

    Files are compared by name, without their folder. What lies on one side only is named by that side, all else by the row of the
    right side, where there is one. In rules whose truth names records instead of lines, the names are compared; in rules over
    totals area and period. Of two rows that repeat one another nobody can tell which is the repeat: either will do.
    """
    asked = pl.concat_str("rule", pl.lit(" "), "kind").replace({" ".join(k): v for k, v in ASKED_BY.items()})
    renamed = pl.when(asked.is_in(list(ASKED_BY.values()))).then(asked).otherwise("rule").alias("rule")
    truth = truth.with_columns(renamed)
    found = found.filter(pl.col("rule").is_in(truth["rule"].unique().implode()))
    lines = {rule for rule, ref in _offending(truth).select("rule", "ref").iter_rows() if re.search(r"\.\w+:\d+$", ref)}
    totals = set(found.filter(pl.col("record_key").is_null())["rule"]) - lines
    planted = [_offending(truth).filter(pl.col("rule").is_in(lines))]
    planted += [_named(truth.filter(~pl.col("rule").is_in(lines | totals | set(ASKED_BY.values()))))]
    planted += [_placed(truth.filter(pl.col("rule").is_in(totals)), found), _monthly(truth, "left_ref")]
    seen = [_offending(_as_planted(found, planted[0])).filter(pl.col("rule").is_in(lines))]
    keyed = found.with_columns(pl.col("record_key").fill_null("").alias("ref")).filter(
        ~pl.col("rule").is_in(lines | totals | set(ASKED_BY.values()))
    )
    seen += [keyed.select("rule", "kind", "ref").unique(), _placed(found.filter(pl.col("rule").is_in(totals)), found)]
    seen += [_monthly(found, "record_key")]
    return _counted(pl.concat(planted), pl.concat(seen))


def _counted(planted: pl.DataFrame, seen: pl.DataFrame) -> dict[tuple[str, str], Score]:
    both = planted.join(seen, on=["rule", "kind", "ref"])
    counted = [frame.group_by("rule", "kind").len() for frame in (planted, seen, both)]
    numbers = [{(rule, kind): n for rule, kind, n in frame.iter_rows()} for frame in counted]
    names = sorted({*numbers[0], *numbers[1]})
    return {name: Score(*(n.get(name, 0) for n in numbers)) for name in names}


def _placed(rows: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """rule, kind, ref of cells: the area, and the period in rules that have one."""
    timed = found.filter(pl.col("period_on").is_not_null())["rule"].unique().implode()
    period = pl.when(pl.col("rule").is_in(timed)).then(pl.col("period_on").cast(pl.String)).otherwise(pl.lit(""))
    return rows.select("rule", "kind", ref=pl.concat_str("area_code", pl.lit(" "), period)).unique()


def _monthly(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """rule, kind, ref of what is due every month: who, and which month."""
    due = rows.filter(pl.col("rule").is_in(set(ASKED_BY.values())))
    return due.select(
        "rule", "kind", ref=pl.concat_str(name, pl.lit(" "), pl.col("period_on").cast(pl.String))
    ).unique()


def _as_planted(found: pl.DataFrame, planted: pl.DataFrame) -> pl.DataFrame:
    """With the other row of a repeated pair in the place of the repeat, where that one was planted."""
    known = planted.filter(pl.col("kind") == "duplicate")["ref"].implode()
    swapped = (pl.col("repeats") != "") & pl.col("repeats").is_in(known)
    sides = [
        pl.when(swapped & (pl.col(c) != "")).then("repeats").otherwise(c).alias(c) for c in ("left_ref", "right_ref")
    ]
    return found.with_columns(sides)


def _offending(frame: pl.DataFrame) -> pl.DataFrame:
    """rule, kind, ref: the row or record that is wrong, each once."""
    refs = [pl.col(c).fill_null("").str.split("/").list.last().alias(c) for c in ("left_ref", "right_ref")]
    named = pl.when(pl.col("right_ref") != "").then("right_ref").otherwise("left_ref").alias("ref")
    return frame.with_columns(refs).select("rule", "kind", named).unique()


def _named(truth: pl.DataFrame) -> pl.DataFrame:
    """rule, kind, ref of a truth that names records: the name both sides know, goods by their code.

    A receipt has its township before the number of the case.
    """
    named = pl.when(pl.col("left_ref") != "").then("left_ref").otherwise("right_ref").alias("ref")
    goods = {f":{word}": f":{code}" for code, words in ITEM.codes for word in words}
    plain = pl.col("ref").str.replace(r"^\d{9,12}:", "").str.replace_many(goods, leftmost=True)
    return truth.select("rule", "kind", named).with_columns(plain).unique()


def overall(scores: dict[tuple[str, str], Score]) -> dict[str, Score]:
    """The same by kind, over all rules."""
    return {
        kind: Score(
            *(
                sum(getattr(s, part) for (_, k), s in scores.items() if k == kind)
                for part in ("planted", "found", "right")
            )
        )
        for kind in sorted({k for _, k in scores})
    }
