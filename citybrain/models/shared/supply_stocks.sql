-- What one facility has of one good at the end of one day, and what it used on it.
SELECT
    facility,
    area AS area_code,
    item,
    stock_on,
    quantity,
    used,
    batch,
    source_line
FROM records.supply_stocks
