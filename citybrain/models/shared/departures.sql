-- One registered resident who works away (外出务工), and the way back where it is known.
SELECT
    person_key,
    sex,
    area AS area_code,
    destination,
    trade,
    left_on,
    returned_on,
    returned_by,
    batch,
    source_line
FROM records.departures
