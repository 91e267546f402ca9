"""Sources that break in many ways under a night, and what is left of it."""
