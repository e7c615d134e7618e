"""Callers: where a call comes from, which key it shows, how fast it may go, and what it may do."""
