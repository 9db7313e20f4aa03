-- One grid worker in one grid.
SELECT
    grid_code,
    person_key,
    area AS area_code,
    is_full_time,
    batch,
    source_line
FROM records.grid_workers
