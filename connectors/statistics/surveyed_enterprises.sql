-- A year is reported as 2019年; the record wants the first day of it.
SELECT
    *,
    regexp_extract("报告期", '([0-9]{4})', 1) || '-01-01' AS "年初"
FROM source
