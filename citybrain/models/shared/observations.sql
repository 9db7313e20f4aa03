-- What did departments count themselves, and when did each area file it?
SELECT
    area AS area_code,
    measure,
    period_on,
    value,
    filed_at,
    filed_on,
    batch,
    source_line
FROM records.observations
