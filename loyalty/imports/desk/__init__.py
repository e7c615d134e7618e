"""The desk of imports: a file in four steps, and what became of its rows (U-35, U-36)."""
