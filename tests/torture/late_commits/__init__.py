"""Schedules of open transactions interleaved with nights, over a small CRM in a real database.

Connections begin, write, commit and roll back before, within and after the readings of the nights,
all by one seed and on a clock that is not the wall's. What was committed is kept in plain
dictionaries, and every night is checked against them.
"""
