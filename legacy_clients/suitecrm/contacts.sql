-- A contact may belong to several accounts. Its customer is the one it has belonged to longest: of
-- the relations not deleted the one changed first, then the lowest id. A relation that changes,
-- begins or ends moves its own date_modified, which so counts as the contact's too.
SELECT contacts.*,
    (
        SELECT related.account_id FROM accounts_contacts related
        WHERE related.contact_id = contacts.id AND related.deleted = 0
        ORDER BY related.date_modified, related.id LIMIT 1
    ) AS account_id,
    (
        SELECT CASE
            WHEN MAX(related.date_modified) > contacts.date_modified
            THEN MAX(related.date_modified) ELSE contacts.date_modified END
        FROM accounts_contacts related WHERE related.contact_id = contacts.id
    ) AS changed_at
FROM contacts
