-- One emergency plan of one department or township, with its drills.
SELECT
    plan_no,
    title,
    category,
    owner,
    area AS area_code,
    revised_on,
    drilled_on,
    drill_people,
    batch,
    source_line
FROM records.plans
