-- Which market entities are registered where, and since when?
SELECT
    credit_code,
    enterprise_name,
    area AS area_code,
    industry,
    registered_on,
    capital_yuan,
    staff,
    batch,
    source_line
FROM records.enterprises
