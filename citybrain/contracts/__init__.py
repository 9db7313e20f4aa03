"""Contracts: one TOML a feed, saying in words what a department delivers."""
