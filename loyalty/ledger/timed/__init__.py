"""What time does to points: they open, end, and are announced to end; the midnight order of L-20."""
