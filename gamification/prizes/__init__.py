"""Prizes: what a game pays: once, within stock and budget, taken back and given again.

Words: prize, grant, stock, budget. Doors: giving.give, giving.give_later · taking_back.take_back, give_again ·
budgeting · shapes.PRIZE, shapes.check_prize. Facts: prize.given, prize.capped, prize.reversed.
"""
