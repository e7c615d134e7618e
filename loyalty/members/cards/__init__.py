"""Cards: what a member shows at the till so that it is known who stands there (U-55)."""
