"""Guesses: bad codes are counted, slowed down, and rung an alarm about (S-33).

Words: guess, guesser, lock-out. Facts: voucher.guessing_suspected.
"""
