-- One health checkpoint on a road, at a station or a village entrance.
SELECT
    checkpoint_code,
    checkpoint_name,
    area AS area_code,
    kind,
    opened_on,
    closed_on,
    staff,
    longitude,
    latitude,
    batch,
    source_line
FROM records.checkpoints
