"""Nights in processes that die, fail or pause at a numbered event, and what is left of them."""
