-- Which cases are known, where do they live, and when did each step on the health side happen?
SELECT
    case_no,
    person_key,
    sex,
    age,
    area AS area_code,
    workplace,
    facility,
    onset_on,
    visited_on,
    confirmed_on,
    confirmed_at,
    reported_at,
    reported_on,
    pushed_at,
    pushed_on,
    batch,
    source_line
FROM records.cases
