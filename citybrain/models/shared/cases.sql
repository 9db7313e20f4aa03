-- Which cases are known, where do they live, and when did each step happen?
SELECT
    case_no,
    person_key,
    area AS area_code,
    onset_on,
    confirmed_on,
    reported_on,
    batch,
    source_line
FROM records.cases
