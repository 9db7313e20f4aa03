-- One person on one list of people who need help (低保、独居老人、残疾人、留守儿童 …), by kind of need.
SELECT
    need,
    person_key,
    sex,
    area AS area_code,
    grade,
    has_visitor,
    visited_on,
    since_on,
    CAST(year(birth_on) AS INTEGER) AS birth_year,
    batch,
    source_line
FROM records.assistance
