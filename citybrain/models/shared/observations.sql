-- What did departments count themselves?
SELECT
    area AS area_code,
    measure,
    period_on,
    value,
    batch,
    source_line
FROM records.observations
