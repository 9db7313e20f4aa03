"""SQL of why two totals differ: what their pattern over periods, areas and the days of counting says.

Totals have no records, so each cell has one unit: what one side has more. Its reason is read from the figures around it, the
most telling pattern first; a pattern in time must hold over several periods, since one may fit by chance.
"""

from __future__ import annotations

from citybrain.reconciliation.reasons_sql import SEVERAL
from citybrain.reconciliation.rule import Period, Reason, Rule
from citybrain.reconciliation.units_sql import TOTAL
from citybrain.sql import literal

NEAR = 3
"""A figure is missing where the same side said more than nothing at most so many periods before or after."""
LEFT_OVER = 0.25
"""A ratio or difference is constant if it leaves no more than this share of the difference unexplained: whole numbers cannot
keep a ratio exactly."""


def sql_patterns(rule: Rule) -> str:
    """Create `reconcile_patterns`: each cell of `reconcile_found` with what its neighbours say.

    Columns: area_code, period_on, l, r (the totals), matched, allowed (the tolerance), l_near and r_near (whether the side says
    more than nothing nearby), behind and ahead (periods in a row in which the right side has the left figure of the period
    before, or after), steady_ratio and steady_difference (periods in a row with the same), ratio (median of those).
    """
    allowed = f"greatest({rule.tolerance}, {rule.tolerance_pct / 100} * greatest(f.left_count, f.right_count))"
    step = "" if rule.period is Period.ALL else f"INTERVAL 1 {rule.period.value.upper()}"
    before, after = (f"f.period_on {sign} {step}" if step else "NULL" for sign in "-+")
    return f"""CREATE OR REPLACE TEMP TABLE reconcile_patterns AS
WITH cells AS (
  SELECT f.area_code, f.period_on, f.left_count AS l, f.right_count AS r, f.matched, {allowed} AS allowed,
    b.left_count AS l_before, n.left_count AS l_after, {_near(rule, "left")} AS l_near, {_near(rule, "right")} AS r_near
  FROM reconcile_found AS f
  LEFT JOIN reconcile_found AS b ON b.area_code = f.area_code AND b.period_on = {before}
  LEFT JOIN reconcile_found AS n ON n.area_code = f.area_code AND n.period_on = {after}
),
{_sql_moved("behind", "l_before")},
{_sql_moved("ahead", "l_after")},
{_sql_steady()}
SELECT c.*, coalesce(behind.run, 0) AS behind, coalesce(ahead.run, 0) AS ahead, coalesce(s.ratios, 0) AS steady_ratio,
  coalesce(s.differences, 0) AS steady_difference, s.ratio
FROM cells AS c
LEFT JOIN behind ON behind.area_code = c.area_code AND behind.period_on = c.period_on
LEFT JOIN ahead ON ahead.area_code = c.area_code AND ahead.period_on = c.period_on
LEFT JOIN steady AS s ON s.area_code = c.area_code AND s.period_on = c.period_on"""


def sql_total_records(rule: Rule) -> str:
    """SELECT of RECORD: of every cell that both sides speak of what one of them has more, and why.

    Where a side is silent nothing is listed unless it speaks nearby.
    """
    step = "" if rule.period is Period.ALL else f"INTERVAL 1 {rule.period.value.upper()}"
    before, after = (f"CAST(period_on {sign} {step} AS DATE)" if step else "CAST(NULL AS DATE)" for sign in "-+")
    stated = "c.l IS NOT NULL AND c.r IS NOT NULL"
    covered = " AND ".join(_covered(rule, side) for side in ("left", "right"))
    return f"""SELECT side, area_code, period_on, batch, source_line, record_key, amount, reason,
  CASE WHEN other_batch IS NOT NULL THEN other_side END AS evidence_side, other_batch AS evidence_batch,
  other_line AS evidence_line, evidence_on, evidence_ratio
FROM (
  SELECT CASE WHEN is_left THEN 'left' ELSE 'right' END AS side, CASE WHEN is_left THEN 'right' ELSE 'left' END AS other_side,
    area_code, period_on, CAST(NULL AS VARCHAR) AS record_key, reason,
    CAST(abs(coalesce(l, 0) - coalesce(r, 0)) AS {TOTAL}) AS amount,
    CASE WHEN is_left THEN l_batch ELSE r_batch END AS batch, CASE WHEN is_left THEN l_line ELSE r_line END AS source_line,
    CASE WHEN is_left THEN r_batch ELSE l_batch END AS other_batch, CASE WHEN is_left THEN r_line ELSE l_line END AS other_line,
    CASE WHEN reason <> {literal(Reason.DATE_SHIFT)} THEN NULL WHEN behind >= {SEVERAL} THEN {before}
      WHEN ahead >= {SEVERAL} THEN {after} ELSE counted_on END AS evidence_on,
    CASE WHEN reason = {literal(Reason.DUPLICATE)} THEN CAST(r AS DOUBLE) / CAST(l AS DOUBLE)
      WHEN reason = {literal(Reason.DEFINITION)} AND steady_ratio >= steady_difference THEN ratio END AS evidence_ratio
  FROM (
    SELECT c.*, coalesce(c.l, 0) > coalesce(c.r, 0) AS is_left, {_sql_reason(rule)} AS reason,
      tl.batch AS l_batch, tl.source_line AS l_line, tr.batch AS r_batch, tr.source_line AS r_line,
      least(tl.counted_on, tr.counted_on) AS counted_on
    FROM reconcile_patterns AS c
    LEFT JOIN reconcile_total_left AS tl ON tl.area_code = c.area_code AND tl.period_on IS NOT DISTINCT FROM c.period_on
    LEFT JOIN reconcile_total_right AS tr ON tr.area_code = c.area_code AND tr.period_on IS NOT DISTINCT FROM c.period_on
    WHERE coalesce(c.l, 0) <> coalesce(c.r, 0) AND {covered}
      AND ({stated} OR {_absent("c.r", "c.l", "c.r_near")} OR {_absent("c.l", "c.r", "c.l_near")})
  )
)"""


def _sql_reason(rule: Rule) -> str:
    """The CASE that decides, the most telling pattern first."""
    smaller, larger = "least(c.l, c.r)", "greatest(c.l, c.r)"
    differs = "abs(c.l - c.r) > c.allowed"
    old = [_old(rule, name) for name, side in (("left", rule.left), ("right", rule.right)) if side.counted_on]
    whens = [
        (f"greatest(c.behind, c.ahead) >= {SEVERAL}", Reason.DATE_SHIFT),
        (_absent("c.r", "c.l", "c.r_near"), Reason.SENT_NOT_RECEIVED),
        (_absent("c.l", "c.r", "c.l_near"), Reason.RECEIVED_NOT_SENT),
        # That a figure is old is written there; that it is twice the other may be chance.
        *((f"{differs} AND {condition}", Reason.DATE_SHIFT) for condition in old),
        # Unless the tolerance is less than half the figure, twice as many cannot be told from half as many more.
        (f"{differs} AND abs({larger} - 2 * {smaller}) <= c.allowed AND c.allowed < {smaller} / 2", Reason.DUPLICATE),
        (f"greatest(c.steady_ratio, c.steady_difference) >= {SEVERAL}", Reason.DEFINITION),
    ]
    lines = "\n      ".join(f"WHEN {condition} THEN {literal(reason)}" for condition, reason in whens)
    return f"CASE {lines}\n      ELSE {literal(Reason.UNKNOWN)} END"


def _absent(this: str, that: str, near: str) -> str:
    """Condition: one side says nothing, the other one more than the tolerance, and the silent one speaks nearby."""
    return f"(coalesce({this}, 0) = 0 AND {that} > coalesce(c.allowed, 0) AND {near})"


def _near(rule: Rule, side: str) -> str:
    """Whether the side says more than nothing at most NEAR periods away; of the whole time, in any other area."""
    count = f"f.{side}_count"
    if rule.period is Period.ALL:
        return f"coalesce(max({count}) OVER () > 0, FALSE)"
    span = f"INTERVAL {NEAR} {rule.period.value.upper()}"
    frame = f"PARTITION BY f.area_code ORDER BY f.period_on RANGE BETWEEN {span} PRECEDING AND {span} FOLLOWING"
    return f"coalesce(max({count}) OVER ({frame}) > 0, FALSE)"


def _sql_moved(name: str, moved: str) -> str:
    """CTE (area_code, period_on, run): how many periods in a row the right side has the moved figure and not its own.

    Periods in which the left side does not change tell nothing, and are passed over.
    """
    return f"""{name}_broken AS (
  SELECT area_code, period_on, r = {moved} AS fits,
    count(*) FILTER (r <> {moved}) OVER (PARTITION BY area_code ORDER BY period_on) AS broken
  FROM cells WHERE l <> {moved} AND r IS NOT NULL
),
{name} AS (
  SELECT area_code, period_on, count(*) FILTER (fits) OVER (PARTITION BY area_code, broken) AS run
  FROM {name}_broken QUALIFY fits
)"""


def _sql_steady() -> str:
    """CTE steady (area_code, period_on, ratios, differences, ratio): periods in a row with the same ratio, or difference."""
    same_side = "before_differs AND differs AND (r > l) = (before_r > before_l)"
    over = "PARTITION BY area_code ORDER BY period_on"
    return f"""stated AS (
  SELECT area_code, period_on, l, r, abs(l - r) > allowed AS differs, lag(abs(l - r) > allowed) OVER ({over}) AS before_differs,
    lag(l) OVER ({over}) AS before_l, lag(r) OVER ({over}) AS before_r
  FROM cells WHERE l > 0 AND r > 0
),
parted AS (
  SELECT *,
    count(*) FILTER (NOT coalesce({same_side} AND abs(r - l * before_r / before_l) <= {LEFT_OVER} * abs(r - l), FALSE))
      OVER ({over}) AS ratio_run,
    count(*) FILTER (NOT coalesce({same_side} AND abs((r - l) - (before_r - before_l)) <= {LEFT_OVER} * abs(r - l), FALSE))
      OVER ({over}) AS difference_run
  FROM stated
),
steady AS (
  SELECT area_code, period_on, count(*) OVER (PARTITION BY area_code, ratio_run) AS ratios,
    count(*) OVER (PARTITION BY area_code, difference_run) AS differences,
    median(CAST(r AS DOUBLE) / CAST(l AS DOUBLE)) OVER (PARTITION BY area_code, ratio_run) AS ratio
  FROM parted
)"""


def _old(rule: Rule, side: str) -> str:
    """Condition: the side's figure was counted long before its newest one."""
    table = {"left": "tl", "right": "tr"}[side]
    newest = f"(SELECT max(counted_on) FROM reconcile_total_{side})"
    return f"{table}.counted_on <= {newest} - {rule.stale_days}"


def _covered(rule: Rule, side: str) -> str:
    """Condition: the period is one of those that the side speaks of anywhere."""
    within = "says" if rule.period is Period.ALL else "says AND c.period_on BETWEEN first_on AND last_on"
    return f"(SELECT {within} FROM reconcile_covered_{side})"
