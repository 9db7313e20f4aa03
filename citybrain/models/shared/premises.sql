-- One residential compound, building or market with its equipment (雪亮工程) and control measures.
SELECT
    premises_code,
    premises_name,
    area AS area_code,
    buildings,
    households,
    property_company,
    has_access_control,
    cameras,
    sites_5g,
    controlled_from_on,
    controlled_until_on,
    batch,
    source_line
FROM records.premises
