"""Chaos: real processes, killed while they work. Run by `make chaos`, never collected by pytest."""
