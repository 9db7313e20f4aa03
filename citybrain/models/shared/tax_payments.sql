-- The tax that one enterprise paid for one month.
SELECT
    credit_code,
    code_written,
    enterprise_name,
    area AS area_code,
    month_on,
    sales_yuan,
    tax_yuan,
    batch,
    source_line
FROM records.tax_payments
