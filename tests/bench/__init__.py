"""Benchmarks, run by `make bench`; pytest leaves them alone."""
