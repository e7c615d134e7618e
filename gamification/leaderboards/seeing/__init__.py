"""Seeing: who is shown, and as whom; hidden unless a member says otherwise (G-84)."""
