-- One order under supervision (督办): who must do what until when, and what was answered.
SELECT
    order_no,
    title,
    topic,
    issuer,
    handler,
    area AS area_code,
    issued_at,
    issued_on,
    due_at,
    due_on,
    accepted_at,
    accepted_on,
    feedback_at,
    feedback_on,
    verified_at,
    verified_on,
    batch,
    source_line
FROM records.orders
