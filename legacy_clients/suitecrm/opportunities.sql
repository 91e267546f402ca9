-- The account of an opportunity stands in a table of its own, as a contact's does. The currency -99
-- is the system's own, which has no row: it is USD here, change it to yours.
SELECT opportunities.*,
    (
        SELECT related.account_id FROM accounts_opportunities related
        WHERE related.opportunity_id = opportunities.id AND related.deleted = 0
        ORDER BY related.date_modified, related.id LIMIT 1
    ) AS account_id,
    (
        SELECT CASE
            WHEN MAX(related.date_modified) > opportunities.date_modified
            THEN MAX(related.date_modified) ELSE opportunities.date_modified END
        FROM accounts_opportunities related WHERE related.opportunity_id = opportunities.id
    ) AS changed_at,
    CASE WHEN COALESCE(currency_id, '') IN ('', '-99') THEN 'USD' END AS system_currency
FROM opportunities
