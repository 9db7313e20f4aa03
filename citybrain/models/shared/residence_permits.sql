-- One residence permit of a person whose household is registered elsewhere (流动人口居住登记).
SELECT
    permit_no,
    person_key,
    sex,
    area AS area_code,
    origin,
    workplace,
    issued_on,
    valid_until,
    CAST(year(birth_on) AS INTEGER) AS birth_year,
    batch,
    source_line
FROM records.residence_permits
