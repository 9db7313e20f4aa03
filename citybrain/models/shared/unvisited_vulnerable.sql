-- Who needs help, lives where premises are closed, and has nobody named to look in?
-- Whoever has a visitor on one list is visited, whatever the other lists say; a person listed twice for one need counts once.
WITH closed AS (
    SELECT
        area_code,
        min(controlled_from_on) AS controlled_from_on,
        CASE WHEN count(*) = count(controlled_until_on) THEN max(controlled_until_on) END AS controlled_until_on
    FROM shared.premises
    WHERE controlled_from_on IS NOT NULL
    GROUP BY area_code
),
listed AS (
    SELECT
        person_key,
        area_code,
        need,
        batch,
        source_line,
        row_number() OVER (PARTITION BY person_key, need ORDER BY batch DESC, source_line DESC) AS newest
    FROM shared.assistance AS a
    WHERE NOT coalesce(has_visitor, FALSE) AND NOT EXISTS (
        SELECT 1 FROM shared.assistance AS v WHERE v.person_key = a.person_key AND v.has_visitor
    )
)
SELECT
    a.person_key,
    a.area_code,
    a.need,
    c.controlled_from_on,
    c.controlled_until_on,
    a.batch,
    a.source_line
FROM listed AS a
JOIN closed AS c ON c.area_code = a.area_code
WHERE a.newest = 1 OR a.person_key IS NULL
