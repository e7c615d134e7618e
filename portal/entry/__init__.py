"""Entry: how a member comes in without a password, stays for a while, and leaves (S-15 to S-17)."""
