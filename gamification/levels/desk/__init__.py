"""Desk: a member's levels, and the form of a curve."""
