-- Who came to a fever clinic on which local day, from which area, and with a fever?
-- 37.3 °C is the threshold of the fever clinics' own triage rule.
SELECT
    person_key,
    area AS area_code,
    screened_on,
    facility,
    temperature_c,
    temperature_c >= 37.3 AS is_fever,
    batch,
    source_line
FROM records.screenings
