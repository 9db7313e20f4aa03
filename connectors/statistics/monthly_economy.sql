-- A month is written as 2019年3月, and the record wants a day.
SELECT
    *,
    "月份" || '1日' AS "月初"
FROM source
