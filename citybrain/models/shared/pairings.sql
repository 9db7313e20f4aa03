-- One cadre who answers for one enterprise (包联企业).
SELECT
    cadre_no,
    unit,
    credit_code,
    code_written,
    enterprise_name,
    area AS area_code,
    paired_on,
    visited_on,
    demands,
    demands_solved,
    batch,
    source_line
FROM records.pairings
