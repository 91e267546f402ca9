-- The currency -99 is the system's own, which has no row: it is USD here, change it to yours.
SELECT aos_quotes.*,
    CASE WHEN COALESCE(currency_id, '') IN ('', '-99') THEN 'USD' END AS system_currency
FROM aos_quotes
