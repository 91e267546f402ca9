-- One flat row for each order: with its customer, who pays, its first pickup and its last delivery.
-- orders, customers, locations and stops are the night's snapshot; read_problems() gives [{field, reason}].
WITH ends AS (
    SELECT
        order_id,
        min(seq) FILTER (kind IN ('pickup', 'both')) AS first_seq,
        max(seq) FILTER (kind IN ('delivery', 'both')) AS last_seq
    FROM stops
    GROUP BY order_id
),

-- A stop of unreadable kind only matters where it could be the first or the last.
unclear AS (
    SELECT DISTINCT stop.order_id
    FROM stops AS stop
    JOIN ends ON ends.order_id = stop.order_id
    WHERE
        stop.kind IS NULL
        AND list_contains(list_transform(read_problems(stop.problems), lambda p: p.field), 'kind')
        AND NOT coalesce(stop.seq > ends.first_seq AND stop.seq < ends.last_seq, false)
),

-- A known location, else the address given as text.
places AS (
    SELECT
        stop.order_id,
        stop.seq,
        stop.date,
        stop.contact,
        stop.location_id IS NOT NULL AND place.id IS NULL AS nowhere,
        CASE WHEN place.id IS NULL THEN stop.address_name ELSE place.name END AS name,
        CASE WHEN place.id IS NULL THEN stop.address_street ELSE place.street END AS street,
        CASE WHEN place.id IS NULL THEN stop.address_street2 ELSE place.street2 END AS street2,
        CASE WHEN place.id IS NULL THEN stop.address_city ELSE place.city END AS city,
        -- ISO 3166-2 without its country; a region that is no code is nothing a carrier can use
        split_part(
            CASE WHEN place.id IS NULL THEN stop.address_region_code ELSE place.region_code END, '-', 2
        ) AS state,
        CASE WHEN place.id IS NULL THEN stop.address_postal_code ELSE place.postal_code END
            AS postal_code,
        CASE WHEN place.id IS NULL THEN stop.address_country_code ELSE place.country_code END
            AS country_code,
        CASE
            WHEN place.id IS NULL THEN list_transform(
                read_problems(stop.problems),
                lambda p: {'field': replace(p.field, 'address.', ''), 'reason': p.reason}
            )
            ELSE list_concat(
                list_filter(read_problems(stop.problems), lambda p: NOT starts_with(p.field, 'address.')),
                read_problems(place.problems)
            )
        END AS refused
    FROM stops AS stop
    LEFT JOIN locations AS place ON place.id = stop.location_id
)

SELECT
    orders.id,
    orders.number,
    orders.status,
    orders.customer_id,
    orders.bill_to_id,
    orders.mode,
    orders.equipment,
    orders.service_level,
    orders.temperature_min,
    orders.temperature_max,
    orders.temperature_unit,
    orders.ordered_on,
    coalesce(orders.deleted, false) AS deleted,
    customer.name AS customer_name,
    customer.phone_e164 AS customer_phone,
    payer.name AS bill_to_name,
    pickup.name AS pickup_name,
    pickup.contact AS pickup_contact,
    pickup.street AS pickup_street,
    pickup.street2 AS pickup_street2,
    pickup.city AS pickup_city,
    pickup.state AS pickup_state,
    pickup.postal_code AS pickup_postal_code,
    pickup.country_code AS pickup_country_code,
    pickup.date AS pickup_on,
    delivery.name AS delivery_name,
    delivery.contact AS delivery_contact,
    delivery.street AS delivery_street,
    delivery.street2 AS delivery_street2,
    delivery.city AS delivery_city,
    delivery.state AS delivery_state,
    delivery.postal_code AS delivery_postal_code,
    delivery.country_code AS delivery_country_code,
    delivery.date AS delivery_on,
    read_problems(orders.problems) AS order_refused,
    read_problems(customer.problems) AS customer_refused,
    read_problems(payer.problems) AS bill_to_refused,
    pickup.refused AS pickup_refused,
    delivery.refused AS delivery_refused,
    CASE
        WHEN unclear.order_id IS NOT NULL
            THEN {'field': 'stops.kind', 'reason': 'a stop that may be the first or the last can''t be read'}
        WHEN orders.customer_id IS NOT NULL AND customer.id IS NULL AND EXISTS (FROM customers)
            THEN {'field': 'customer_id', 'reason': 'the CRM has no such customer'}
        WHEN orders.bill_to_id IS NOT NULL AND payer.id IS NULL AND EXISTS (FROM customers)
            THEN {'field': 'bill_to_id', 'reason': 'the CRM has no such customer'}
        WHEN pickup.order_id IS NULL
            THEN {'field': 'stops.pickup', 'reason': 'the order is picked up nowhere'}
        WHEN delivery.order_id IS NULL
            THEN {'field': 'stops.delivery', 'reason': 'the order is delivered nowhere'}
        WHEN pickup.nowhere
            THEN {'field': 'stops.pickup.location_id', 'reason': 'the CRM has no such location'}
        WHEN delivery.nowhere
            THEN {'field': 'stops.delivery.location_id', 'reason': 'the CRM has no such location'}
    END AS torn
FROM orders
LEFT JOIN ends ON ends.order_id = orders.id
LEFT JOIN unclear ON unclear.order_id = orders.id
LEFT JOIN customers AS customer ON customer.id = orders.customer_id
LEFT JOIN customers AS payer ON payer.id = orders.bill_to_id
LEFT JOIN places AS pickup ON pickup.order_id = orders.id AND pickup.seq = ends.first_seq
LEFT JOIN places AS delivery ON delivery.order_id = orders.id AND delivery.seq = ends.last_seq
