"""The facade: a REST API, a nightly sync and their ledger in front of one legacy CRM."""
