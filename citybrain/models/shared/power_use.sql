-- The electricity of one meter of one enterprise in one period.
SELECT
    meter_no,
    credit_code,
    code_written,
    enterprise_name,
    area AS area_code,
    period_on,
    period_days,
    used_kwh,
    batch,
    source_line
FROM records.power_use
