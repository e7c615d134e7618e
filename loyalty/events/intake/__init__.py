"""Intake: the steps between an event told and an event kept. Only `taking_in` calls them."""
