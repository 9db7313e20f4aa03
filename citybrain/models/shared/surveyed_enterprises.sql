-- One enterprise above the size of the statistical survey (四上企业) in one year, with its staff by origin.
SELECT
    year_on,
    credit_code,
    code_written,
    enterprise_name,
    area AS area_code,
    category,
    staff,
    staff_county,
    staff_province,
    staff_outside,
    revenue_yuan,
    batch,
    source_line
FROM records.surveyed_enterprises
