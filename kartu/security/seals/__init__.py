"""The log can prove that nobody altered it: rows are sealed in a chain, its head leaves the house, anybody verifies."""
