"""Tests of the packages; folders mirror them."""
