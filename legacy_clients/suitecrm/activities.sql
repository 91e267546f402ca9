-- Calls, meetings, notes and tasks, each with its module. What one hangs on (parent_type and
-- parent_id) is its customer or its contact, if it is either.
SELECT id, 'Calls' AS module, name, description, date_entered, date_modified, deleted,
    assigned_user_id, date_start, NULL AS date_due,
    CASE WHEN parent_type = 'Accounts' THEN parent_id END AS account_id,
    CASE WHEN parent_type = 'Contacts' THEN parent_id END AS contact_id
FROM calls
UNION ALL
SELECT id, 'Meetings', name, description, date_entered, date_modified, deleted,
    assigned_user_id, date_start, NULL,
    CASE WHEN parent_type = 'Accounts' THEN parent_id END,
    CASE WHEN parent_type = 'Contacts' THEN parent_id END
FROM meetings
UNION ALL
SELECT id, 'Notes', name, description, date_entered, date_modified, deleted,
    assigned_user_id, date_entered, NULL,
    CASE WHEN parent_type = 'Accounts' THEN parent_id END,
    COALESCE(NULLIF(contact_id, ''), CASE WHEN parent_type = 'Contacts' THEN parent_id END)
FROM notes
UNION ALL
SELECT id, 'Tasks', name, description, date_entered, date_modified, deleted,
    assigned_user_id, date_start, date_due,
    CASE WHEN parent_type = 'Accounts' THEN parent_id END,
    COALESCE(NULLIF(contact_id, ''), CASE WHEN parent_type = 'Contacts' THEN parent_id END)
FROM tasks
