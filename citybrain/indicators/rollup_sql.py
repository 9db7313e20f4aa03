"""SQL that rolls the days of a scan up over the area tree and the calendar, one route for each way of adding up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from citybrain.indicators.indicator import Absent, Carry, Indicator, Kind
from citybrain.indicators.plan import PERIODS, Scan
from citybrain.indicators.scan_sql import EXACT
from citybrain.sql import literal, literals

SHORTER = {"week": "day", "month": "day", "quarter": "month", "year": "quarter"}
"""The longest period type that each is made of."""

CELL_ORDER = "ORDER BY period_type, period_on, depth, area_code"

CELL = "period_type, area_code, depth, period_on, value"


def sql_first_day(period: str, day: str) -> str:
    """First day of the period that a day lies in."""
    return day if period == "day" else f"CAST(date_trunc({literal(period)}, {day}) AS DATE)"


TREE_TABLES = ("cube_places", "cube_tree")
TREE_VARIABLES = ("cube_codes", "cube_depths")


def sql_tree() -> list[str]:
    """Create `cube_places` (area_code, depth, place: a number in the order of cells) and `cube_tree` (place, up: itself
    and the areas above it).

    Summing and sorting by numbers takes half the time of codes. Lists of codes and depths turn places back into areas
    without a join, which would lose the order.
    """
    return [
        "CREATE OR REPLACE TEMP TABLE cube_places AS\n"
        "SELECT area_code, ancestor_depth AS depth,\n"
        "  CAST(row_number() OVER (ORDER BY ancestor_depth, area_code) AS INTEGER) AS place\n"
        "FROM shared.area_ancestors WHERE ancestor_code = area_code",
        "SET VARIABLE cube_codes = (SELECT list(area_code ORDER BY place) FROM cube_places)",
        "SET VARIABLE cube_depths = (SELECT list(depth ORDER BY place) FROM cube_places)",
        "CREATE OR REPLACE TEMP TABLE cube_tree AS\n"
        "SELECT low.place, high.place AS up FROM shared.area_ancestors AS pair\n"
        "JOIN cube_places AS low ON low.area_code = pair.area_code\n"
        "JOIN cube_places AS high ON high.area_code = pair.ancestor_code",
    ]


def sql_added(scan: Scan) -> list[str]:
    """Create `cube_added_…` (ordinal, place, period_on, value_…) of what is only summed.

    The columns stay side by side, in the order of cells: one join to the tree and one sort serve all indicators of
    the scan (sorting the cells of each takes three times as long).
    """
    columns = [scan.column(i) for i in scan.added]
    added, by_day = f"cube_added_{scan.number}", f"cube_by_day_{scan.number}"
    rolled = (
        f"CREATE OR REPLACE TEMP TABLE {by_day} AS\n"
        f"SELECT up AS place, day, {_sums(columns)}\n"
        f"FROM {scan.days} JOIN cube_tree USING (place) GROUP BY up, day"
    )
    if not scan.on:
        return [rolled, sql_listed(added, by_day, {scan.column(i): i for i in scan.added})]
    return [rolled, sql_rolled(added, by_day, dict.fromkeys(scan.periods, columns))]


def sql_listed(table: str, by_day: str, columns: Mapping[str, Indicator]) -> str:
    """Create such a table of a scan without dates: one day, and the zeros of covered areas with nothing on the list."""
    values = []
    for column, indicator in columns.items():
        covered = f"(SELECT depth FROM marts.coverage WHERE indicator = {literal(indicator.id)})"
        zero = f"CASE WHEN depth <= {covered} THEN 0 END"
        values.append(f"coalesce({column}, {zero}) AS {column}" if needs_zeros(indicator) else column)
    return (
        f"CREATE OR REPLACE TEMP TABLE {table} AS\n"
        f"SELECT CAST(0 AS TINYINT) AS ordinal, place, (SELECT any_value(day) FROM {by_day}) AS period_on,\n  "
        + ", ".join(values)
        + f"\nFROM cube_places LEFT JOIN {by_day} USING (place) ORDER BY place"
    )


def sql_rolled(table: str, by_day: str, columns: Mapping[str, Sequence[str]]) -> str:
    """Create a table (ordinal of the period type, place, period_on, columns …) in the order of cells from one of days
    (place, day, columns …).

    `columns` says what is summed for each period type; the names of the first are those of the result. Months are made
    of days, quarters of months, years of quarters.
    """
    names = next(iter(columns.values()))
    everything = list(dict.fromkeys(c for chosen in columns.values() for c in chosen))
    stages = {"day": f"SELECT place, day AS period_on, {', '.join(everything)} FROM {by_day}"}
    for period, shorter in SHORTER.items():
        stages[period] = (
            f"SELECT place, {sql_first_day(period, 'period_on')} AS period_on, {_sums(everything)}\n"
            f"  FROM by_{shorter} GROUP BY ALL"
        )
    steps = ",\n".join(f"by_{p} AS MATERIALIZED ({stages[p]})" for p in stages if p in columns)
    chosen = [
        f"SELECT CAST({PERIODS.index(p)} AS TINYINT) AS ordinal, place, period_on, "
        + ", ".join(f"{c} AS {name}" for c, name in zip(columns[p], names, strict=True))
        + f" FROM by_{p}"
        for p in columns
    ]
    return (
        f"CREATE OR REPLACE TEMP TABLE {table} AS\nWITH {steps}\n"
        + "\nUNION ALL\n".join(chosen)
        + "\nORDER BY ordinal, period_on, place"
    )


def sql_placed(table: str, column: str) -> str:
    """SELECT (CELL columns) of one column of such a table, in its order."""
    periods = ", ".join(literal(p) for p in PERIODS)
    return (
        f"SELECT [{periods}][ordinal + 1] AS period_type, getvariable('cube_codes')[place] AS area_code,\n"
        f"  getvariable('cube_depths')[place] AS depth, period_on, {column} AS value\n"
        f"FROM {table} WHERE {column} IS NOT NULL"
    )


def _sums(columns: Iterable[str]) -> str:
    return ", ".join(f"sum({c}) AS {c}" for c in columns)


def sql_reported(scan: Scan) -> list[str]:
    """Create `cube_reported_…` (indicator, period_type, area_code, depth, period_on, value).

    A flow is rolled up day by day and then summed over time; a stock takes the last value that each area reported
    within the period and is then rolled up.
    """
    n = scan.number
    flows = [i for i in scan.reported if i.kind is Kind.FLOW]
    stocks = [i for i in scan.reported if i.kind is Kind.STOCK]
    said = [f"SELECT indicator, 'day' AS period_type, area_code, day, value FROM {_long(scan, flows)}"] if flows else []
    for period in PERIODS if stocks else ():
        said.append(
            f"SELECT indicator, {literal(period)}, area_code, {sql_first_day(period, 'day')}, arg_max(value, day)\n"
            f"FROM {_long(scan, stocks)} GROUP BY 1, 2, 3, 4"
        )
    cells = [f"SELECT indicator, {CELL} FROM up"]
    for period in PERIODS[1:] if flows else ():
        cells.append(
            f"SELECT indicator, {literal(period)}, area_code, depth, {sql_first_day(period, 'period_on')}, sum(value)\n"
            f"FROM up WHERE indicator IN {literals(i.id for i in flows)} GROUP BY 1, 2, 3, 4, 5"
        )
    return [
        f"CREATE OR REPLACE TEMP TABLE cube_said_{n} (\n"
        f"  indicator VARCHAR, period_type VARCHAR, area_code VARCHAR, period_on DATE, value {EXACT}\n)",
        f"INSERT INTO cube_said_{n}\n" + "\nUNION ALL\n".join(said),
        f"CREATE OR REPLACE TEMP TABLE cube_reported_{n} AS\n"
        f"WITH up AS (\n{_sql_up(f'cube_said_{n}', scan.overlaps)}\n)\n" + "\nUNION ALL\n".join(cells),
    ]


def _sql_up(said: str, overlaps: bool) -> str:
    """What areas say about a period, summed at every area above them.

    With overlaps, a report counts only at areas deeper than the nearest higher area that reports the same itself:
    from there upwards that area's own report stands for it.
    """
    same = ("indicator", "period_type", "period_on")
    nearest = f"""LEFT JOIN (
  SELECT low.indicator, low.period_type, low.period_on, low.area_code, max(up.ancestor_depth) AS depth
  FROM {said} AS low
  JOIN shared.area_ancestors AS up ON up.area_code = low.area_code AND up.ancestor_code <> low.area_code
  JOIN {said} AS high ON high.area_code = up.ancestor_code{_equal("high", "low", same)}
  GROUP BY low.indicator, low.period_type, low.period_on, low.area_code
) AS reporter ON reporter.area_code = said.area_code{_equal("reporter", "said", same)}
WHERE reporter.depth IS NULL OR up.ancestor_depth > reporter.depth
"""
    return f"""SELECT said.indicator, said.period_type, up.ancestor_code AS area_code, up.ancestor_depth AS depth,
  said.period_on, sum(said.value) AS value
FROM {said} AS said
JOIN shared.area_ancestors AS up ON up.area_code = said.area_code
{nearest if overlaps else ""}GROUP BY said.indicator, said.period_type, up.ancestor_code, up.ancestor_depth, said.period_on"""


def _equal(left: str, right: str, columns: tuple[str, ...]) -> str:
    return "".join(f" AND {left}.{c} = {right}.{c}" for c in columns)


def sql_carried(scan: Scan) -> list[str]:
    """Create `cube_carried_…` (indicator, period_type, area_code, depth, period_on, value): change points only.

    Each statement counts from its day until the next one of the same area; at a higher area it also ends when an
    area between begins to state the same itself. The value of an area is the running sum of what begins and ends.
    """
    n = scan.number
    both = literals(["", *(i.id for i in scan.carried if i.carry is Carry.BOTH)])
    over = "PARTITION BY indicator, area_code ORDER BY"
    # A statement that is carried backwards too holds from the first day on which any area states the same: before
    # that, an area above would show the sum of those who happened to speak early.
    stated = f"""CREATE OR REPLACE TEMP TABLE cube_stated_{n} AS
WITH stated AS (
  SELECT indicator, area_code, day, value, min(day) OVER (PARTITION BY indicator) AS first_on,
    row_number() OVER ({over} day) AS place
  FROM {_long(scan, scan.carried)}
)
SELECT indicator, area_code, value,
  CASE WHEN place = 1 AND indicator IN {both} THEN first_on ELSE day END AS day,
  lead(day) OVER ({over} place) AS until
FROM stated"""
    first = f"SELECT indicator, area_code, min(day) AS first_on FROM cube_stated_{n} GROUP BY indicator, area_code"
    blocked = (
        "min(high.first_on) OVER (PARTITION BY low.indicator, low.area_code ORDER BY up.ancestor_depth DESC)"
        if scan.overlaps
        else "CAST(NULL AS DATE)"
    )
    carried = f"""CREATE OR REPLACE TEMP TABLE cube_carried_{n} AS
WITH first AS ({first}),
reach AS (
  SELECT low.indicator, low.area_code, up.ancestor_code, up.ancestor_depth AS depth, {blocked} AS blocked_on
  FROM first AS low JOIN shared.area_ancestors AS up ON up.area_code = low.area_code
  LEFT JOIN first AS high ON high.indicator = low.indicator AND high.area_code = up.ancestor_code
    AND up.ancestor_code <> low.area_code
),
span AS (
  SELECT indicator, ancestor_code AS area_code, depth, day, value,
    least(coalesce(until, blocked_on), coalesce(blocked_on, until)) AS until
  FROM cube_stated_{n} JOIN reach USING (indicator, area_code)
  WHERE blocked_on IS NULL OR day < blocked_on
),
change AS (
  SELECT indicator, area_code, depth, day, sum(value) AS step FROM (
    SELECT indicator, area_code, depth, day, value FROM span
    UNION ALL SELECT indicator, area_code, depth, until, -value FROM span WHERE until IS NOT NULL
  ) GROUP BY indicator, area_code, depth, day
)
SELECT indicator, 'day' AS period_type, area_code, depth, day AS period_on,
  sum(step) OVER ({over} day ROWS UNBOUNDED PRECEDING) AS value
FROM change QUALIFY step <> 0 OR row_number() OVER ({over} day) = 1"""
    return [stated, carried]


def sql_with_zeros(cells: str, name: str, carry: Carry) -> str:
    """The cells of a carried indicator, and a zero on the first day for every covered area that begins without one.

    So an area has none of what others state, once anybody does.
    """
    begun = "" if carry is Carry.BOTH else " AND cells.period_on = coverage.first_on"
    return f"""WITH cells AS ({cells})
SELECT {CELL} FROM cells
UNION ALL
SELECT 'day', own.area_code, own.ancestor_depth, coverage.first_on, 0
FROM shared.area_ancestors AS own
JOIN marts.coverage AS coverage ON coverage.indicator = {literal(name)} AND own.ancestor_depth <= coverage.depth
WHERE own.ancestor_code = own.area_code
  AND NOT EXISTS (SELECT 1 FROM cells WHERE cells.area_code = own.area_code{begun})"""


def needs_zeros(indicator: Indicator) -> bool:
    """Whether no row means zero, for something that is carried."""
    return indicator.absent is Absent.ZERO and indicator.carry is not Carry.NONE


def _long(scan: Scan, indicators: list[Indicator] | tuple[Indicator, ...]) -> str:
    """The values of some indicators one below the other: (indicator, area_code, day, value), none null."""
    selects = [
        f"SELECT {literal(i.id)} AS indicator, getvariable('cube_codes')[place] AS area_code, day,\n"
        f"  CAST({scan.column(i)} AS {EXACT}) AS value\n"
        f"FROM {scan.days} WHERE {scan.column(i)} IS NOT NULL"
        for i in indicators
    ]
    return "(" + "\nUNION ALL ".join(selects) + ")"
