-- Who came back from where, and did the person fall ill within fourteen days?
SELECT
    d.person_key,
    d.area_code,
    d.destination,
    d.returned_on,
    EXISTS (
        SELECT 1
        FROM shared.screenings AS s
        WHERE s.person_key = d.person_key AND s.is_fever AND s.screened_on >= d.returned_on
            AND s.screened_on <= d.returned_on + INTERVAL 14 DAY
    ) AS had_fever,
    EXISTS (
        SELECT 1
        FROM shared.cases AS c
        WHERE c.person_key = d.person_key AND c.confirmed_on >= d.returned_on
            AND c.confirmed_on <= d.returned_on + INTERVAL 14 DAY
    ) AS became_case,
    d.batch,
    d.source_line
FROM shared.departures AS d
WHERE d.returned_on IS NOT NULL
