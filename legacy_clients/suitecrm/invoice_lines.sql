-- Lines are numbered from 1 among goods and again among services, and some have no number: they
-- count here as the document prints them, goods first. A service has the product 0, which is none.
-- No window function: MariaDB would then go through all lines for each document that is asked for.
SELECT line.id, line.parent_id, line.name, line.product_qty, line.product_unit_price,
    line.product_discount_amount, line.vat_amt, line.product_total_price,
    NULLIF(NULLIF(line.product_id, '0'), '') AS product_id,
    (
        SELECT COUNT(*) FROM aos_products_quotes other
        WHERE other.parent_id = line.parent_id AND other.parent_type = line.parent_type
            AND other.deleted = 0
            AND (COALESCE(other.product_id, '') IN ('', '0'), COALESCE(other.number, 0), other.id)
                <= (COALESCE(line.product_id, '') IN ('', '0'), COALESCE(line.number, 0), line.id)
    ) AS position
FROM aos_products_quotes line
WHERE line.parent_type = 'AOS_Invoices' AND line.deleted = 0
