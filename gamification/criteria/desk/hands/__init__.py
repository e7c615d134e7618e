"""Hands: pages on which people do something for one member by hand: a form, a reason, one call to a rule."""
