"""Desk: awards by hand in the admin, a member's badges, and the form in which badges are written (G-44, U-30)."""
