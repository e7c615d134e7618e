"""Stamps: cards that fill by themselves or at the till, and what their positions give.

Words: card, stamp, running total, position, token. Doors: stamping.stamp · tokens.issue_token, use_token · undoing.undo ·
following.follow. Facts: stamp.given, stamp.undone, card.position_reached.
"""
