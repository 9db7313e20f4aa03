-- One sample taken for a nucleic-acid test.
SELECT
    sample_no,
    person_key,
    area AS area_code,
    sampled_at,
    sampled_on,
    site,
    batch,
    source_line
FROM records.test_samples
