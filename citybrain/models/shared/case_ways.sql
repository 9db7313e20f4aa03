-- When did each step of each case happen, from the first symptom to the township's answer?
-- A case may stand on the lists of several townships: the first to hear of it counts.
WITH receipts AS (
    SELECT
        case_no,
        min(received_at) AS received_at,
        min(contacted_at) AS contacted_at,
        min(feedback_at) AS feedback_at
    FROM shared.case_receipts
    GROUP BY case_no
)
SELECT
    c.case_no,
    c.person_key,
    c.area_code,
    c.facility,
    c.onset_on,
    c.visited_on,
    c.confirmed_on,
    c.confirmed_at,
    c.reported_at,
    c.pushed_at,
    r.received_at,
    r.contacted_at,
    r.feedback_at,
    c.reported_on,
    date_diff('second', c.confirmed_at, c.reported_at) / 3600.0 AS hours_to_report,
    date_diff('second', c.pushed_at, r.received_at) / 3600.0 AS hours_to_receipt,
    c.batch,
    c.source_line
FROM shared.cases AS c
LEFT JOIN receipts AS r ON r.case_no = c.case_no
