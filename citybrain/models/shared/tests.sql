-- Which sample got which result, and how long did it take?
SELECT
    coalesce(s.sample_no, r.sample_no) AS sample_no,
    s.person_key,
    s.area_code,
    s.sampled_on,
    r.resulted_on,
    r.result,
    date_diff('second', s.sampled_at, r.resulted_at) / 3600.0 AS hours_to_result,
    coalesce(s.batch, r.batch) AS batch,
    coalesce(s.source_line, r.source_line) AS source_line
FROM shared.test_samples AS s
FULL JOIN shared.test_results AS r ON r.sample_no = s.sample_no
