-- One case as the township took it over: when it heard of it, reached the person and answered.
SELECT
    case_no,
    person_key,
    area AS area_code,
    received_at,
    received_on,
    contacted_at,
    contacted_on,
    feedback_at,
    feedback_on,
    batch,
    source_line
FROM records.case_receipts
