"""Play: the games of a programme as a member plays them, each deed a form with a hidden key (U-24, U-50, U-54)."""
