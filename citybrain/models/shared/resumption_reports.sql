-- One enterprise's own word on one day that it works again (复工复产), and with how many people.
SELECT
    credit_code,
    code_written,
    enterprise_name,
    area AS area_code,
    reported_on,
    resumed_on,
    staff_present,
    staff,
    batch,
    source_line
FROM records.resumption_reports
