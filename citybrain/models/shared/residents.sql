-- Who is registered where?
SELECT
    person_key,
    household_key,
    area AS area_code,
    sex,
    CAST(year(birth_on) AS INTEGER) AS birth_year,
    batch,
    source_line
FROM records.residents
