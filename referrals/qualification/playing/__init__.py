"""Playing: what the demo shows of referrals: friends who come, order, return, and are doubted, by the same rules as everybody."""
