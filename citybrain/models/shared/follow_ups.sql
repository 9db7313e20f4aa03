-- One person with fever whom a clinic handed over and a township took on its list (发热人员追踪台账).
SELECT
    person_key,
    area AS area_code,
    facility,
    screened_on,
    received_at,
    received_on,
    visited_at,
    visited_on,
    outcome,
    batch,
    source_line
FROM records.follow_ups
