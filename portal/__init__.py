"""What customers see: their points, tier, rewards and codes, as pages that need no script."""
