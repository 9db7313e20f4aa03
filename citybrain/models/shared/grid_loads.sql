-- How many people does each grid worker look after?
-- A worker listed twice in one grid (two spellings of one number) is one; a row that names nobody known is one more.
WITH workers AS (
    SELECT
        grid_code,
        count(DISTINCT person_key) + count(CASE WHEN person_key IS NULL THEN 1 END) AS workers,
        count(DISTINCT CASE WHEN is_full_time THEN person_key END)
        + count(CASE WHEN is_full_time AND person_key IS NULL THEN 1 END) AS full_time_workers
    FROM shared.grid_workers
    GROUP BY grid_code
)
SELECT
    g.grid_code,
    g.area_code,
    g.residents,
    g.households,
    coalesce(w.workers, 0) AS workers,
    coalesce(w.full_time_workers, 0) AS full_time_workers,
    g.batch,
    g.source_line
FROM shared.grids AS g
LEFT JOIN workers AS w ON w.grid_code = g.grid_code
