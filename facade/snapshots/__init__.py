"""Sealed state as Parquet: written by the night, read by the next night and by the API when the CRM is down."""
