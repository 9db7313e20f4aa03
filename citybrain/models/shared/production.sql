-- What one enterprise made of one emergency good on one day.
SELECT
    credit_code,
    code_written,
    enterprise_name,
    area AS area_code,
    item,
    produced_on,
    quantity,
    capacity,
    batch,
    source_line
FROM records.production
