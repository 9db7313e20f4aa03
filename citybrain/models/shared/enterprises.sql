-- Which market entities are registered where, since when, and which of them are individual businesses?
SELECT
    credit_code,
    enterprise_name,
    area AS area_code,
    enterprise_type,
    industry,
    registered_on,
    capital_yuan,
    staff,
    substr(credit_code, 1, 2) = '92' AS is_individual,
    batch,
    source_line
FROM records.enterprises
