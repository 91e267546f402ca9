"""Sealed state as Parquet: written by a night, read by the next, and by the API if the CRM is down."""
