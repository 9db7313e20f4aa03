-- One stay of one guest in a hotel or guesthouse (旅馆住宿登记).
SELECT
    person_key,
    sex,
    facility,
    area AS area_code,
    origin,
    checked_in_at,
    checked_in_on,
    checked_out_at,
    checked_out_on,
    batch,
    source_line
FROM records.lodgings
