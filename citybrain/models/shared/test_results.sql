-- One result of one sample, as the laboratory says it.
SELECT
    sample_no,
    received_at,
    received_on,
    resulted_at,
    resulted_on,
    laboratory,
    result,
    batch,
    source_line
FROM records.test_results
