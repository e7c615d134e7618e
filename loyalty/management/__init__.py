"""Commands: what is done from the command line, each a door that makes one call to a rule.

Beside them stand the two tools that only commands need: `catalogues` (translations) and `reference` (generated pages).
"""
