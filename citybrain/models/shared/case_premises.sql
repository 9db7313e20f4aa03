-- In which premises without property management or without a gate, in communities with cases, must we act first?
-- Whether there is a gate may not be stated; only premises that say they have none are meant.
WITH cases AS (
    SELECT area_code, count(*) AS confirmed FROM shared.cases WHERE confirmed_on IS NOT NULL GROUP BY area_code
)
SELECT
    p.premises_code,
    p.premises_name,
    p.area_code,
    p.property_company IS NOT NULL AS has_property_company,
    p.has_access_control,
    p.households,
    c.confirmed AS community_cases,
    p.batch,
    p.source_line
FROM shared.premises AS p
JOIN cases AS c ON c.area_code = p.area_code
WHERE p.property_company IS NULL OR NOT p.has_access_control
