-- One cadre of the county's own staff, with what he or she can be deployed for.
SELECT
    cadre_no,
    person_key,
    sex,
    unit,
    position,
    profession,
    area AS area_code,
    deployed_area AS deployed_area_code,
    CAST(year(birth_on) AS INTEGER) AS birth_year,
    batch,
    source_line
FROM records.cadres
