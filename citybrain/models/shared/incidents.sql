-- One emergency of one of the four classes.
SELECT
    incident_no,
    category,
    grade,
    area AS area_code,
    happened_at,
    happened_on,
    reported_at,
    reported_on,
    closed_at,
    closed_on,
    affected,
    injured,
    dead,
    loss_yuan,
    batch,
    source_line
FROM records.incidents
