"""Desk: a member's challenges on their play page, and the form in which challenges are written (U-30)."""
