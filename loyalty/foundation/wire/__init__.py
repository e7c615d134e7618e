"""Wire: how requests are read and answers written: bodies, pages, limits, headers, refusals, and one answer per key."""
