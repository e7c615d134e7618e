"""Tools of those who write Wafa: what `make check` and `make lock` call. Nothing here runs in a server."""
