"""Desk: the pages that staff share, whatever room they work in."""
