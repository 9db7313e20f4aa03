-- Words that say there is no property management must not become a company of that name.
SELECT
    *,
    CASE
        WHEN trim("管理/物业服务企业") IN ('无', '无物业', '居民自管', '自管') THEN NULL
        ELSE "管理/物业服务企业"
    END AS "物业公司"
FROM source
