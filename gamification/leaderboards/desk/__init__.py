"""Desk: periods of boards for staff, and a member's boards on their play page."""
