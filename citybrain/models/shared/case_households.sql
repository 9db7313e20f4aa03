-- Which household and which workplace does each case belong to?
-- A person may stand in the registry more than once: the newest row counts. Of several jobs on the day of the confirmation
-- (or of the report, before it), the one begun last counts.
WITH homes AS (
    SELECT person_key, household_key
    FROM (
        SELECT
            person_key,
            household_key,
            row_number() OVER (PARTITION BY person_key ORDER BY batch DESC, source_line DESC) AS newest
        FROM shared.residents
        WHERE person_key IS NOT NULL
    ) AS registered
    WHERE newest = 1
),
households AS (
    SELECT
        household_key,
        count(DISTINCT person_key) + count(CASE WHEN person_key IS NULL THEN 1 END) AS members
    FROM shared.residents
    WHERE household_key IS NOT NULL
    GROUP BY household_key
),
jobs AS (
    SELECT
        c.case_no,
        e.credit_code,
        row_number() OVER (
            PARTITION BY c.case_no ORDER BY e.started_on DESC, e.batch DESC, e.source_line DESC
        ) AS newest
    FROM shared.cases AS c
    JOIN shared.employments AS e ON e.person_key = c.person_key
    WHERE e.credit_code IS NOT NULL AND e.started_on <= coalesce(c.confirmed_on, c.reported_on)
        AND (e.ended_on IS NULL OR e.ended_on >= coalesce(c.confirmed_on, c.reported_on))
),
placed AS (
    SELECT c.case_no, c.person_key, c.area_code, c.confirmed_on, p.household_key, j.credit_code, c.batch, c.source_line
    FROM shared.cases AS c
    LEFT JOIN homes AS p ON p.person_key = c.person_key
    LEFT JOIN jobs AS j ON j.case_no = c.case_no AND j.newest = 1
)
SELECT
    c.case_no,
    c.person_key,
    c.area_code,
    c.confirmed_on,
    c.household_key,
    CASE WHEN c.household_key IS NOT NULL THEN count(*) OVER (PARTITION BY c.household_key) END AS household_cases,
    h.members AS household_members,
    c.credit_code,
    CASE WHEN c.credit_code IS NOT NULL THEN count(*) OVER (PARTITION BY c.credit_code) END AS workplace_cases,
    c.batch,
    c.source_line
FROM placed AS c
LEFT JOIN households AS h ON h.household_key = c.household_key
