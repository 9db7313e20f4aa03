-- One place with a public task: hospital, clinic, laboratory, storehouse, shelter, fire station.
SELECT
    facility_code,
    facility_name,
    kind,
    area AS area_code,
    beds,
    doctors,
    nurses,
    has_fever_clinic,
    longitude,
    latitude,
    batch,
    source_line
FROM records.facilities
