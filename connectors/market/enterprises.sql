-- The header says 万元, and many clerks write the unit into the cell as well: a bare number is meant in 万元,
-- and a unit in the cell counts.
SELECT
    *,
    CASE
        WHEN regexp_full_match(trim("注册资本/（万元）"), '[0-9][0-9,]*([.][0-9]+)?')
        THEN concat(trim("注册资本/（万元）"), '万元')
        ELSE "注册资本/（万元）"
    END AS "注册资本金额"
FROM source
