-- One call or message of a citizen to the hotline (12345), and what became of it.
SELECT
    appeal_no,
    received_at,
    received_on,
    area AS area_code,
    category,
    is_epidemic,
    handler,
    due_at,
    due_on,
    answered_at,
    answered_on,
    satisfaction,
    CASE WHEN answered_at IS NOT NULL THEN answered_at <= due_at END AS is_answered_in_time,
    date_diff('minute', received_at, answered_at) / 60.0 AS hours_to_answer,
    batch,
    source_line
FROM records.appeals
