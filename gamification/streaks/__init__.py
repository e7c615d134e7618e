"""Streaks: something done in every period, over zones, daylight saving and travel; freezes, pauses, repairs.

Words: period, verdict, walk, freeze, pause, repair, standing. Doors: keeping.following.follow · pausing.declare_pause ·
repairing.repair_streak, give_freezes · showing.show_streaks. Facts: streak.extended, .frozen, .lost, .repaired.
"""
