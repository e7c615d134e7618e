"""Every night: what rooms have registered as invariants is proved, a sample of it or all, and the result is kept."""
