"""Challenges: so much within a window, alone or together, for a prize.

Words: challenge, window, step, attempt, repeat, community goal, team. Doors: attempts.joining.join, leave ·
attempts.settling.settle · attempts.closing.close_due · looking.showing.show_challenges · looking.explaining.explain_challenge.
Facts: challenge.joined, challenge.completed, challenge.backfilled, challenge.reopened.
"""
