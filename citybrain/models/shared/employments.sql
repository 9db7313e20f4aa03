-- One job of one person as insured or reported to the labour office.
SELECT
    person_key,
    credit_code,
    employer,
    area AS area_code,
    occupation,
    started_on,
    ended_on,
    batch,
    source_line
FROM records.employments
