"""Periods: opened by the calendar, closed when all is written, paid out once, archived (G-79 to G-82)."""
