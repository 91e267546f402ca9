-- The two addresses of an account, where any part of one is filled. No UNION: MariaDB would then go
-- through all accounts for each one that is asked for.
SELECT accounts.id AS account_id, kinds.kind, accounts.name, accounts.date_entered,
    accounts.date_modified, accounts.deleted,
    IF(kinds.kind = 'billing', billing_address_street, shipping_address_street) AS street,
    IF(kinds.kind = 'billing', billing_address_city, shipping_address_city) AS city,
    IF(kinds.kind = 'billing', billing_address_state, shipping_address_state) AS state,
    IF(kinds.kind = 'billing', billing_address_postalcode, shipping_address_postalcode)
        AS postalcode,
    IF(kinds.kind = 'billing', billing_address_country, shipping_address_country) AS country
FROM accounts JOIN (SELECT 'billing' AS kind UNION ALL SELECT 'shipping') AS kinds
WHERE IF(
    kinds.kind = 'billing',
    CONCAT_WS('', billing_address_street, billing_address_city, billing_address_state,
        billing_address_postalcode, billing_address_country),
    CONCAT_WS('', shipping_address_street, shipping_address_city, shipping_address_state,
        shipping_address_postalcode, shipping_address_country)
) <> ''
