"""What guests see: what the programme is, what they might ask, and how they join."""
