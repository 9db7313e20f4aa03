-- When did something begin or end to be in a state? The running total is what is in it.
-- A day stated as the last one in a state ends it on the next day. An order checked without feedback is no more overdue.
-- Ends and deadlines that lie after the last day on which anything happened are plans, not changes.
WITH changes AS (
    SELECT 'order_open' AS state, area_code AS area_code, issued_on AS changed_on, 1 AS change, batch, source_line
    FROM shared.orders
    WHERE issued_on IS NOT NULL
    UNION ALL
    SELECT 'order_open', area_code, verified_on, -1, batch, source_line
    FROM shared.orders
    WHERE issued_on IS NOT NULL AND verified_on IS NOT NULL
    UNION ALL
    SELECT 'order_overdue' AS state, area_code AS area_code, CAST(due_on + INTERVAL 1 DAY AS DATE) AS changed_on, 1 AS change, batch, source_line
    FROM shared.orders
    WHERE due_on IS NOT NULL AND (coalesce(feedback_on, verified_on) IS NULL OR coalesce(feedback_on, verified_on) > due_on)
    UNION ALL
    SELECT 'order_overdue', area_code, coalesce(feedback_on, verified_on), -1, batch, source_line
    FROM shared.orders
    WHERE coalesce(feedback_on, verified_on) > due_on
    UNION ALL
    SELECT 'appeal_open' AS state, area_code AS area_code, received_on AS changed_on, 1 AS change, batch, source_line
    FROM shared.appeals
    WHERE received_on IS NOT NULL
    UNION ALL
    SELECT 'appeal_open', area_code, answered_on, -1, batch, source_line
    FROM shared.appeals
    WHERE received_on IS NOT NULL AND answered_on IS NOT NULL
    UNION ALL
    SELECT 'bed_taken' AS state, area_code AS area_code, admitted_on AS changed_on, 1 AS change, batch, source_line
    FROM shared.admissions
    WHERE admitted_on IS NOT NULL
    UNION ALL
    SELECT 'bed_taken', area_code, discharged_on, -1, batch, source_line
    FROM shared.admissions
    WHERE admitted_on IS NOT NULL AND discharged_on IS NOT NULL
    UNION ALL
    SELECT 'in_quarantine' AS state, area_code AS area_code, quarantined_on AS changed_on, 1 AS change, batch, source_line
    FROM shared.contacts
    WHERE quarantined_on IS NOT NULL
    UNION ALL
    SELECT 'in_quarantine', area_code, CAST(released_on + INTERVAL 1 DAY AS DATE), -1, batch, source_line
    FROM shared.contacts
    WHERE quarantined_on IS NOT NULL AND released_on IS NOT NULL
    UNION ALL
    SELECT 'checkpoint_open' AS state, area_code AS area_code, opened_on AS changed_on, 1 AS change, batch, source_line
    FROM shared.checkpoints
    WHERE opened_on IS NOT NULL
    UNION ALL
    SELECT 'checkpoint_open', area_code, CAST(closed_on + INTERVAL 1 DAY AS DATE), -1, batch, source_line
    FROM shared.checkpoints
    WHERE opened_on IS NOT NULL AND closed_on IS NOT NULL
    UNION ALL
    SELECT 'worker_away' AS state, area_code AS area_code, left_on AS changed_on, 1 AS change, batch, source_line
    FROM shared.departures
    WHERE left_on IS NOT NULL
    UNION ALL
    SELECT 'worker_away', area_code, returned_on, -1, batch, source_line
    FROM shared.departures
    WHERE left_on IS NOT NULL AND returned_on IS NOT NULL
    UNION ALL
    SELECT 'premises_controlled' AS state, area_code AS area_code, controlled_from_on AS changed_on, 1 AS change, batch, source_line
    FROM shared.premises
    WHERE controlled_from_on IS NOT NULL
    UNION ALL
    SELECT 'premises_controlled', area_code, CAST(controlled_until_on + INTERVAL 1 DAY AS DATE), -1, batch, source_line
    FROM shared.premises
    WHERE controlled_from_on IS NOT NULL AND controlled_until_on IS NOT NULL
),
known AS (
    SELECT max(day) AS until_on
    FROM (
        SELECT max(issued_on) AS day FROM shared.orders
        UNION ALL
        SELECT max(feedback_on) AS day FROM shared.orders
        UNION ALL
        SELECT max(verified_on) AS day FROM shared.orders
        UNION ALL
        SELECT max(received_on) AS day FROM shared.appeals
        UNION ALL
        SELECT max(answered_on) AS day FROM shared.appeals
        UNION ALL
        SELECT max(admitted_on) AS day FROM shared.admissions
        UNION ALL
        SELECT max(discharged_on) AS day FROM shared.admissions
        UNION ALL
        SELECT max(quarantined_on) AS day FROM shared.contacts
        UNION ALL
        SELECT max(opened_on) AS day FROM shared.checkpoints
        UNION ALL
        SELECT max(left_on) AS day FROM shared.departures
        UNION ALL
        SELECT max(returned_on) AS day FROM shared.departures
        UNION ALL
        SELECT max(controlled_from_on) AS day FROM shared.premises
    ) AS days
)
SELECT state, area_code, changed_on, change, batch, source_line
FROM changes
CROSS JOIN known
WHERE changed_on <= until_on
