-- One grid (网格) of a village or community, as its workers counted it.
SELECT
    grid_code,
    grid_name,
    area AS area_code,
    buildings,
    households,
    residents,
    migrants,
    counted_on,
    batch,
    source_line
FROM records.grids
