"""Sealed state as Parquet: a night writes it; the next reads it, and the API if the CRM is down."""
