"""The ledger's history, one revision a file; run by facade.ledger.migration."""
