"""Verifiers of certificates that need nothing of ours: one in Python's standard library, one in
DuckDB's SQL.
"""
