-- One issue or one receipt of one good on one document: the same document appears on both sides.
SELECT
    document_no,
    direction,
    item,
    quantity,
    moved_on,
    facility,
    area AS area_code,
    batch,
    source_line
FROM records.supply_movements
