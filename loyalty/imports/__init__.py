"""Imports: events from files, chunk by chunk, so that a killed import goes on and never doubles.

Words: import, line, cursor, chunk, refusal. Doors: `manage.py import_events`, `manage.py play_demo`.
Facts: import.done.
"""
