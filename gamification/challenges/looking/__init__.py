"""Looking: what a challenge is to a member, why, what a wording would do, and what other games may measure."""
