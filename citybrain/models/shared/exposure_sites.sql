-- One place where one case was while infectious.
SELECT
    case_no,
    site,
    kind,
    area AS area_code,
    from_at,
    from_on,
    until_at,
    until_on,
    disinfected_on,
    disinfected_on IS NOT NULL AS is_disinfected,
    batch,
    source_line
FROM records.exposure_sites
