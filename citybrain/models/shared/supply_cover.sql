-- For how many days will each good last in each facility?
WITH used AS (
    SELECT
        facility,
        area_code,
        item,
        stock_on,
        quantity,
        avg(used) OVER (
            PARTITION BY facility, item ORDER BY stock_on ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
        ) AS used_7d,
        batch,
        source_line
    FROM shared.supply_stocks
)
SELECT
    facility,
    area_code,
    item,
    stock_on,
    quantity,
    used_7d,
    CASE WHEN used_7d > 0 THEN quantity / used_7d END AS cover_days,
    batch,
    source_line
FROM used
