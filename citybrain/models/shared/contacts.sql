-- One close contact of one case.
SELECT
    case_no,
    person_key,
    area AS area_code,
    relation,
    met_on,
    quarantined_on,
    released_on,
    batch,
    source_line
FROM records.contacts
