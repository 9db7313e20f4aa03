-- Where do fever patients live, by the registry and by their own word, and did a township follow them up?
-- A person may stand in the registry more than once: the newest row counts.
WITH homes AS (
    SELECT person_key, area_code
    FROM (
        SELECT
            person_key,
            area_code,
            row_number() OVER (PARTITION BY person_key ORDER BY batch DESC, source_line DESC) AS newest
        FROM shared.residents
        WHERE person_key IS NOT NULL
    ) AS registered
    WHERE newest = 1
)
SELECT
    s.person_key,
    s.area_code,
    p.area_code AS registered_area_code,
    s.screened_on,
    s.facility,
    EXISTS (
        SELECT 1
        FROM shared.follow_ups AS f
        WHERE f.person_key = s.person_key AND f.screened_on >= s.screened_on
            AND f.screened_on <= s.screened_on + INTERVAL 2 DAY
    ) AS is_followed_up,
    s.batch,
    s.source_line
FROM shared.screenings AS s
LEFT JOIN homes AS p ON p.person_key = s.person_key
WHERE s.is_fever
