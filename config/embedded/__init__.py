"""PostgreSQL and Valkey in the box, for development, demo and tests; production is given addresses.

Only the standard library is used, so that it runs before anything else is imported. Servers are
children that die with their parent, listen on Unix sockets in a private directory and nowhere else.
"""
