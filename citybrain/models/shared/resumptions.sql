-- Which enterprises say that they work, and does their electricity agree?
-- Works by its meter: at least three tenths of the most it is known to have used in a week, and more than nothing.
WITH metered AS (
    SELECT
        credit_code,
        CAST(date_trunc('week', period_on) AS DATE) AS week_on,
        area_code,
        batch,
        source_line,
        sum(used_kwh) OVER (PARTITION BY credit_code, date_trunc('week', period_on)) AS used_kwh,
        row_number() OVER (
            PARTITION BY credit_code, date_trunc('week', period_on) ORDER BY period_on DESC, batch DESC, source_line DESC
        ) AS newest
    FROM shared.power_use
    WHERE credit_code IS NOT NULL
),
power AS (
    SELECT
        credit_code,
        week_on,
        area_code,
        batch,
        source_line,
        used_kwh
    FROM metered
    WHERE newest = 1
),
usual AS (
    SELECT credit_code, max(used_kwh) AS usual_kwh FROM power GROUP BY credit_code
),
reported AS (
    SELECT
        credit_code,
        CAST(date_trunc('week', reported_on) AS DATE) AS week_on,
        area_code,
        resumed_on IS NOT NULL AND resumed_on <= reported_on AS says_resumed,
        staff_present,
        batch,
        source_line,
        row_number() OVER (
            PARTITION BY credit_code, date_trunc('week', reported_on) ORDER BY reported_on DESC, batch DESC, source_line DESC
        ) AS newest
    FROM shared.resumption_reports
    WHERE credit_code IS NOT NULL
),
weeks AS (
    SELECT
        coalesce(r.credit_code, p.credit_code) AS credit_code,
        coalesce(r.area_code, p.area_code) AS area_code,
        coalesce(r.week_on, p.week_on) AS week_on,
        r.says_resumed,
        r.staff_present,
        p.used_kwh,
        coalesce(r.batch, p.batch) AS batch,
        coalesce(r.source_line, p.source_line) AS source_line
    FROM (SELECT * FROM reported WHERE newest = 1) AS r
    FULL JOIN power AS p ON p.credit_code = r.credit_code AND p.week_on = r.week_on
)
SELECT
    w.credit_code,
    coalesce(e.area_code, w.area_code) AS area_code,
    w.week_on,
    w.says_resumed,
    w.staff_present,
    w.used_kwh,
    u.usual_kwh,
    w.used_kwh > 0 AND w.used_kwh >= 0.3 * u.usual_kwh AS uses_power,
    w.batch,
    w.source_line
FROM weeks AS w
LEFT JOIN usual AS u ON u.credit_code = w.credit_code
LEFT JOIN shared.enterprises AS e ON e.credit_code = w.credit_code
