-- One visit of one person to a village clinic or township hospital, whatever the complaint.
SELECT
    visit_no,
    person_key,
    sex,
    age,
    facility,
    area AS area_code,
    visited_at,
    visited_on,
    complaint,
    has_fever,
    referred,
    batch,
    source_line
FROM records.consultations
