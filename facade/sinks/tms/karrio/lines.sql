-- One flat row for each line of an order, with its product and the order's currency.
SELECT
    line.order_id,
    line.line_no,
    coalesce(product.sku, line.product_id) AS sku,
    -- What doesn't fit a title goes into the description, whole.
    CASE WHEN length(trim(line.description)) > 35 THEN product.name ELSE line.description END AS title,
    CASE WHEN length(trim(line.description)) > 35 THEN line.description END AS description,
    line.quantity_value AS quantity,
    line.quantity_unit,
    -- Karrio's weight is that of one piece; a line's is that of them all. Six digits are a milligram.
    CASE
        WHEN line.weight_value IS NULL THEN product.weight_value
        WHEN line.quantity_value > 0 THEN round(line.weight_value / line.quantity_value, 6)
    END AS piece_weight,
    CASE WHEN line.weight_value IS NULL THEN product.weight_unit ELSE line.weight_unit END AS weight_unit,
    line.weight_value AS gross_weight,
    line.weight_unit AS gross_weight_unit,
    line.unit_price,
    orders.currency,
    list_concat(
        read_problems(line.problems),
        list_filter(read_problems(orders.problems), lambda p: p.field = 'currency')
    ) AS refused
FROM lines AS line
JOIN orders ON orders.id = line.order_id
LEFT JOIN products AS product ON product.id = line.product_id
