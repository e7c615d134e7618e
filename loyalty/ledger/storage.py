"""How the ledger's tables lie on disk: what models cannot say. Each pair is (forward, backward).

Room on each page lets a changed row stay on it (PostgreSQL's heap-only updates).
"""

STATEMENTS = [
    (
        "ALTER TABLE loyalty_account SET (fillfactor = 70)",
        "ALTER TABLE loyalty_account RESET (fillfactor)",
    ),
    (
        "ALTER TABLE loyalty_lot SET (fillfactor = 80)",
        "ALTER TABLE loyalty_lot RESET (fillfactor)",
    ),
]
