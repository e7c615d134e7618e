"""Automatic: what events are worth to a card, compared with what they gave; the difference becomes stamps."""
