"""`python -m facade.cli` is the `facade` command."""

from __future__ import annotations

from facade.cli import main

main()
