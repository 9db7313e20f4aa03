-- One stay of one patient in a bed of a hospital.
SELECT
    admission_no,
    person_key,
    facility,
    area AS area_code,
    ward,
    admitted_at,
    admitted_on,
    discharged_at,
    discharged_on,
    batch,
    source_line
FROM records.admissions
