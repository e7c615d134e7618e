"""Template tags, found by Django here."""
